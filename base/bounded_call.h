// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "base/patience.h"

namespace casweep::base {

/// The failure of a slow call, in its caller's terms.
struct SlowCallError {
  int kind = 0;
  int code = 0;
  std::string message{};
};

/// A call into a library that waits without a limit and cannot be interrupted: the resolver, libkrb5.
using SlowCall = std::function<tl::expected<std::string, SlowCallError>()>;

/// Why a bounded call has no result.
struct BoundedCallFailure {
  enum class Kind {
    failed,       ///< as reported by the call: `error`
    timed_out,    ///< it did not end in time
    interrupted,  ///< a signal ended the waiting
    crashed,      ///< its process ended without a valid answer
  };
  Kind kind = Kind::crashed;
  SlowCallError error{};
};

/// Messages for these two kinds, the same for every call: a crash may be caused by the host that answered.
inline constexpr std::string_view interrupted_sentence = "Interrupted.";
inline constexpr std::string_view crashed_sentence =
    "A casweep process that queried the network crashed; the answer it received may be an attack.";

/// The result of `call`, made in a child process that ends with `patience`.
[[nodiscard]] tl::expected<std::string, BoundedCallFailure> bounded_call(const SlowCall& call,
                                                                         const Patience& patience);

}  // namespace casweep::base
