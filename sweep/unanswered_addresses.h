// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace casweep::sweep {

/// The numeric addresses to whose TCP `port` a process of this network namespace is connecting, without an answer so
/// far. Costs no packet: the kernel knows (/proc/self/net/tcp, tcp6). nullopt: it does not say.
[[nodiscard]] std::optional<std::set<std::string>> unanswered_addresses(std::uint16_t port);

}  // namespace casweep::sweep
