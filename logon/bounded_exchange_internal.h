// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include <tl/expected.hpp>

#include "base/patience.h"
#include "logon/logon_error.h"

namespace casweep::logon {

/// What `exchange` with the KDCs of the realm of `principal` gives, made in a child process that ends with `patience`:
/// libkrb5 waits for silent KDCs as long as it likes.
[[nodiscard]] tl::expected<std::string, LogonError> bounded_exchange(
    const std::function<tl::expected<std::string, LogonError>()>& exchange, const base::Patience& patience,
    const std::string& principal);

}  // namespace casweep::logon
