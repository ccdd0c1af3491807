// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_inquiry.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/host_name.h"
#include "discovery/directory_server_internal.h"
#include "discovery/domain_controller.h"

namespace casweep::discovery {

namespace {

tl::expected<std::vector<DirectoryServer>, DirectoryError> servers_to_try(const DirectoryOptions& options,
                                                                          const logon::Account& account) {
  // A certificate only proves the name from DNS, and an attacker can have a certificate for their own name.
  if (options.servers.empty() && account.logon != logon::Logon::kerberos && base::is_host_name(options.domain)) {
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::protection_refused,
        fmt::format("The password is not sent to a server that DNS names for {}, so nothing was sent; name a domain "
                    "controller, or use Kerberos.",
                    options.domain)});
  }
  if (options.servers.empty()) return find_domain_controllers(options.domain, options.patience);
  std::vector<DirectoryServer> servers;
  for (const auto& uri : options.servers) {
    auto server = parse_directory_server(uri);
    if (!server) return tl::unexpected(std::move(server.error()));
    servers.push_back(std::move(*server));
  }
  return servers;
}

/// An unreachable server says nothing about the next one. A refused certificate or account does: continuing would offer
/// the account to an unproven server, or count against its lockout again. All servers use the same KDCs.
bool makes_way_for_the_next(DirectoryErrorKind kind) {
  return kind == DirectoryErrorKind::unreachable || kind == DirectoryErrorKind::timed_out ||
         kind == DirectoryErrorKind::name_not_resolved;
}

tl::expected<DirectoryConnection, DirectoryError> connect(const DirectoryServer& server,
                                                          const DirectoryOptions& options,
                                                          const logon::Account& account) {
  auto connection = DirectoryConnection::open(server, options);
  if (!connection) return connection;
  const auto domains = options.servers.empty() ? std::vector{base::comparable_host_name(options.domain)}
                                               : domains_of_controller(server.host, account.principal);
  if (auto bound = connection->bind(account, domains); !bound) return tl::unexpected(std::move(bound.error()));
  if (auto agreed = connection->require_consistent_claims(); !agreed) return tl::unexpected(std::move(agreed.error()));
  return connection;
}

}  // namespace

tl::expected<void, DirectoryError> ask_directory(
    const DirectoryOptions& options, const logon::Account& account,
    const std::function<tl::expected<void, DirectoryError>(DirectoryConnection&)>& question) {
  const auto servers = servers_to_try(options, account);
  if (!servers) return tl::unexpected(servers.error());

  DirectoryError last{DirectoryErrorKind::unreachable, "No directory server was named."};
  for (const auto& server : *servers) {
    auto connection = connect(server, options, account);
    auto answered = connection ? question(*connection) : tl::unexpected(std::move(connection.error()));
    if (answered || !makes_way_for_the_next(answered.error().kind)) return answered;
    last = std::move(answered.error());
  }
  if (servers->size() > 1) {
    last.message = fmt::format("None of the {} domain controllers could be queried; the last error: {}",
                               servers->size(), last.message);
  }
  return tl::unexpected(std::move(last));
}

}  // namespace casweep::discovery
