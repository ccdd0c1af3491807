// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory.h"

#include <fmt/format.h>

#include "discovery/directory_connection_internal.h"
#include "discovery/directory_server_internal.h"
#include "discovery/enrollment_listing_internal.h"

namespace casweep::discovery {

namespace {

tl::expected<std::vector<DirectoryServer>, DirectoryError> servers_to_try(const DirectoryOptions& options) {
  if (options.servers.empty()) return find_domain_controllers(options.domain);
  std::vector<DirectoryServer> servers;
  for (const auto& uri : options.servers) {
    auto server = parse_directory_server(uri);
    if (!server) return tl::unexpected(std::move(server.error()));
    servers.push_back(std::move(*server));
  }
  return servers;
}

tl::expected<Listing, DirectoryError> ask(const DirectoryServer& server, const DirectoryOptions& options,
                                          const Account& account) {
  auto connection = DirectoryConnection::open(server, options);
  if (!connection) return tl::unexpected(std::move(connection.error()));
  if (auto bound = connection->bind(account); !bound) return tl::unexpected(std::move(bound.error()));
  return read_listing(*connection, options.page_size);
}

/// A server that is not there says nothing about the next one. A certificate or an account that was refused does: going
/// on would offer the account to whoever answers, or count against its lockout again.
bool makes_way_for_the_next(DirectoryErrorKind kind) {
  return kind == DirectoryErrorKind::unreachable || kind == DirectoryErrorKind::timed_out ||
         kind == DirectoryErrorKind::name_not_resolved;
}

}  // namespace

tl::expected<Listing, DirectoryError> list_enrollment_services(const DirectoryOptions& options,
                                                               const Account& account) {
  const auto servers = servers_to_try(options);
  if (!servers) return tl::unexpected(servers.error());

  DirectoryError last{DirectoryErrorKind::unreachable, "No directory server was named."};
  for (const auto& server : *servers) {
    auto listing = ask(server, options, account);
    if (listing || !makes_way_for_the_next(listing.error().kind)) return listing;
    last = std::move(listing.error());
  }
  if (servers->size() > 1) {
    last.message =
        fmt::format("None of {} domain controllers could be asked; the last: {}", servers->size(), last.message);
  }
  return tl::unexpected(std::move(last));
}

}  // namespace casweep::discovery
