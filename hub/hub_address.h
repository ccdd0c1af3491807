// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace casweep::hub {

/// Where a hub is, and how the connection to it is protected.
struct HubAddress {
  std::map<std::string, std::string> parameters{};  ///< of libpq, without secrets

  /// "service casweep", "database casweep on hub.corp.example", for messages.
  [[nodiscard]] std::string shown() const;
};

/// Reads a conninfo string or URI of libpq ("service=casweep", "host=hub.corp.example dbname=casweep",
/// "postgresql://hub.corp.example/casweep"). Throws HubError (conninfo) if it is wrong, or holds a password: that comes
/// from a password file or a service file. The server has to prove its identity: any sslmode but verify-full is refused
/// (libpq ignores sslmode for a Unix socket).
[[nodiscard]] HubAddress read_hub_address(std::string_view conninfo);

}  // namespace casweep::hub
