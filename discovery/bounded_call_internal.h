// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include <tl/expected.hpp>

#include "base/patience.h"
#include "discovery/directory_error.h"

namespace casweep::discovery {

/// A call into a library that waits as long as it likes and knows no interruption: the resolver, libkrb5.
using SlowCall = std::function<tl::expected<std::string, DirectoryError>()>;

/// What `call` gives, made in a child process that ends with `patience`. A call that was not done then fails with
/// `if_silent`, or as `interrupted`; one that crashed, as `malformed_answer`.
[[nodiscard]] tl::expected<std::string, DirectoryError> bounded_call(const SlowCall& call,
                                                                     const base::Patience& patience,
                                                                     const DirectoryError& if_silent);

/// The failure of whatever a signal ended.
[[nodiscard]] DirectoryError interrupted_error();

}  // namespace casweep::discovery
