// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "assess/reading.h"

namespace casweep::assess {

/// The numeric addresses of `host_name`, in the system's order of preference (RFC 6724); at least one. Blocks for as
/// long as the system's resolver does.
[[nodiscard]] tl::expected<std::vector<std::string>, ReadFailure> resolve(const std::string& host_name);

/// Whether SMB's port answers at `address`: nullopt if it does, otherwise why not. Says what the error codes of Samba's
/// library only hint at, so it is asked after a failure.
[[nodiscard]] std::optional<ReadFailure> connect_failure(const std::string& address,
                                                         std::chrono::steady_clock::time_point deadline);

/// The first of `addresses` whose SMB port answers, all tried at once; the first of them if none does.
[[nodiscard]] std::string first_to_answer(const std::vector<std::string>& addresses,
                                          std::chrono::steady_clock::time_point deadline);

}  // namespace casweep::assess
