// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "discovery/computer.h"
#include "discovery/directory.h"
#include "discovery/directory_error.h"
#include "discovery/forest_domain.h"
#include "logon/account.h"

namespace casweep::explain {

/// The enabled computer accounts of one domain that logged on since some instant, all of them.
struct ActiveComputers {
  std::string directory_server;  ///< URI of the domain controller that answered
  /// Every how many days the domain updates lastLogonTimestamp, and so how far behind it may be; 0: never. nullopt: the
  /// domain does not say, and it is 14 by default ([MS-ADA1] 2.352).
  std::optional<std::chrono::days> logon_time_sync_interval;
  std::vector<discovery::Computer> computers;  ///< as they came
};

/// Asks `domain` itself: the global catalog and other domains do not know. It is asked where `options` say if that is
/// where `listing` came from, and otherwise at a domain controller that its SRV records name; but never there with a
/// password, which is for the servers that the operator meant. Read-only, paged. Blocks for at most the timeout of each
/// step.
[[nodiscard]] tl::expected<ActiveComputers, discovery::DirectoryError> list_active_computers(
    const discovery::DirectoryOptions& options, const logon::Account& account, const discovery::Listing& listing,
    const discovery::ForestDomain& domain, std::chrono::sys_seconds since);

}  // namespace casweep::explain
