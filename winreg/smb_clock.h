// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/patience.h"
#include "base/tcp_address.h"

namespace casweep::winreg {

/// How far the clock of the host at `address` is ahead of this machine's, to the second; negative: behind. A host tells
/// its time to everyone who negotiates SMB ([MS-SMB2] 2.2.4, SystemTime), so nothing is proven and there is no logon.
/// nullopt: it did not by `deadline`.
[[nodiscard]] std::optional<std::chrono::seconds> clock_lead_of_host(const std::string& address,
                                                                     std::chrono::steady_clock::time_point deadline);

/// The same for all `addresses` at once, in a process that ends with `patience`. The only failures are `interrupted`
/// and `crashed`.
[[nodiscard]] tl::expected<std::vector<std::optional<std::chrono::seconds>>, base::TcpFailure> clock_leads_of_hosts(
    std::span<const std::string> addresses, const base::Patience& patience);

}  // namespace casweep::winreg
