// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "base/patience.h"

namespace casweep::base {

/// What a slow call says of its failure, in its caller's terms.
struct SlowCallError {
  int kind = 0;
  int code = 0;
  std::string message{};
};

/// A call into a library that waits as long as it likes and cannot be interrupted: the resolver, libkrb5.
using SlowCall = std::function<tl::expected<std::string, SlowCallError>()>;

/// Why a bounded call has no result.
struct BoundedCallFailure {
  enum class Kind {
    failed,       ///< the call says so: `error`
    timed_out,    ///< it had not ended when there was no more patience
    interrupted,  ///< a signal ended the waiting
    crashed,      ///< its process ended without an answer, or with one that is none
  };
  Kind kind = Kind::crashed;
  SlowCallError error{};
};

/// What to say of these two. The same for every call: a crash may be the work of the host that answered it.
inline constexpr std::string_view interrupted_sentence = "Interrupted.";
inline constexpr std::string_view crashed_sentence =
    "A process of casweep that asked the network crashed: the answer that it got may be an attack.";

/// What `call` gives, made in a child process that ends with `patience`.
[[nodiscard]] tl::expected<std::string, BoundedCallFailure> bounded_call(const SlowCall& call,
                                                                         const Patience& patience);

}  // namespace casweep::base
