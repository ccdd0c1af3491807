// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/patience.h"
#include "discovery/directory_error.h"

namespace casweep::discovery {

/// One domain controller, as its URI names it.
struct DirectoryServer {
  bool ldaps = false;
  std::string host;  ///< DNS name or address; an IPv6 address without its brackets
  std::uint16_t port = 389;

  /// "ldap://dc1.corp.example"; the port only if it is not the scheme's default.
  [[nodiscard]] std::string uri() const;

  bool operator==(const DirectoryServer&) const = default;
};

/// The server that `uri` names: ldap or ldaps, a host, optionally a port, and nothing else (RFC 4516 would allow a
/// search). The global catalog's ports are refused: it holds only some attributes of an object ([MS-ADTS] 3.1.1.1.11).
[[nodiscard]] tl::expected<DirectoryServer, DirectoryError> parse_directory_server(std::string_view uri);

/// The domain controllers of `domain` by its SRV records _ldap._tcp.dc._msdcs.DOMAIN, or else _ldap._tcp.DOMAIN
/// ([MS-ADTS] 6.3.2.3), by priority and weight. Blocks until the resolver answers, or `patience` ends.
[[nodiscard]] tl::expected<std::vector<DirectoryServer>, DirectoryError> find_domain_controllers(
    const std::string& domain, const base::Patience& patience);

}  // namespace casweep::discovery
