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

/// All enabled computer accounts of one domain that logged on since a given instant.
struct ActiveComputers {
  std::string directory_server;  ///< URI of the domain controller that answered
  /// The interval in days at which the domain updates lastLogonTimestamp, which may lag by that much; 0: never updated.
  /// nullopt: not set, 14 by default ([MS-ADA1] 2.352).
  std::optional<std::chrono::days> logon_time_sync_interval;
  std::vector<discovery::Computer> computers;  ///< in the order received
};

/// Asks `domain` itself: the global catalog and other domains do not hold this data. Uses the server in `options` if
/// `listing` came from the same domain, otherwise a domain controller from the domain's SRV records, which never gets a
/// password: the password is only for the servers that the operator named. Read-only, paged. Blocks for at most the
/// timeout of each step.
[[nodiscard]] tl::expected<ActiveComputers, discovery::DirectoryError> list_active_computers(
    const discovery::DirectoryOptions& options, const logon::Account& account, const discovery::Listing& listing,
    const discovery::ForestDomain& domain, std::chrono::sys_seconds since);

}  // namespace casweep::explain
