// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include <tl/expected.hpp>

#include "base/patience.h"
#include "logon/logon_error.h"

namespace casweep::logon {

/// The result of `exchange` with the KDCs of the realm of `principal`, made in a child process that ends with
/// `patience`, because libkrb5 has no limit for silent KDCs.
[[nodiscard]] tl::expected<std::string, LogonError> bounded_exchange(
    const std::function<tl::expected<std::string, LogonError>()>& exchange, const base::Patience& patience,
    const std::string& principal);

}  // namespace casweep::logon
