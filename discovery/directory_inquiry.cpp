// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_inquiry.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/first_to_accept.h"
#include "base/host_name.h"
#include "base/printable.h"
#include "discovery/directory_server.h"
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

constexpr std::size_t most_named = 5;

/// "dc1.corp.example did not answer, dc2.corp.example refused the connection and 36 more".
std::string outcomes_of(const std::vector<DirectoryServer>& servers, const std::vector<base::PassedOver>& passed_over) {
  std::string text;
  for (const auto& [index, refusal] : std::span(passed_over).first(std::min(passed_over.size(), most_named))) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", base::printable(servers[index].host), words_for(refusal));
  }
  if (passed_over.size() > most_named) text += fmt::format(" and {} more", passed_over.size() - most_named);
  return text;
}

DirectoryError none_answered(const std::vector<DirectoryServer>& servers,
                             const std::vector<base::PassedOver>& passed_over, const DirectoryOptions& options) {
  return {DirectoryErrorKind::unreachable,
          fmt::format("None of the {} domain controllers accepted a connection within {} s ({}); check the network, "
                      "and {}.",
                      servers.size(), std::chrono::duration<double>(options.patience.time).count(),
                      outcomes_of(servers, passed_over),
                      options.servers.empty() ? "the domain's SRV records in DNS" : "the names given with --server")};
}

std::string sentence_about_passed_over(const std::vector<DirectoryServer>& servers,
                                       const std::vector<base::PassedOver>& passed_over,
                                       const DirectoryServer& chosen) {
  return fmt::format("{} of {} domain controllers were passed over ({}); {} is used. Check whether they still exist.",
                     passed_over.size(), servers.size(), outcomes_of(servers, passed_over),
                     base::printable(chosen.host));
}

/// Takes the server to ask next out of `servers`: the only one, one that answered before, or the first that answers
/// now.
tl::expected<DirectoryServer, DirectoryError> take_answering(std::vector<DirectoryServer>& servers,
                                                             const DirectoryOptions& options) {
  const auto take = [&](std::size_t index) {
    const auto taken = servers.begin() + static_cast<std::ptrdiff_t>(index);
    DirectoryServer server = std::move(*taken);
    servers.erase(taken);
    return server;
  };
  const auto known = std::ranges::find_if(
      servers, [&](const DirectoryServer& server) { return options.answered->contains(server.uri()); });
  if (known != servers.end()) return take(static_cast<std::size_t>(known - servers.begin()));
  if (servers.size() == 1) return take(0);

  std::vector<base::Endpoint> endpoints;
  for (const DirectoryServer& server : servers) endpoints.push_back({server.host, server.port});
  const auto found = base::first_to_accept(endpoints, options.patience);
  if (!found) {
    const bool interrupted = found.error().kind == base::TcpFailure::Kind::interrupted;
    return tl::unexpected(interrupted ? interrupted_error() : crashed_error());
  }
  if (!found->accepted) return tl::unexpected(none_answered(servers, found->passed_over, options));
  if (!found->passed_over.empty() && options.note) {
    options.note(sentence_about_passed_over(servers, found->passed_over, servers[*found->accepted]));
  }
  return take(*found->accepted);
}

}  // namespace

tl::expected<void, DirectoryError> ask_directory(
    const DirectoryOptions& options, const logon::Account& account,
    const std::function<tl::expected<void, DirectoryError>(DirectoryConnection&)>& question) {
  auto servers = servers_to_try(options, account);
  if (!servers) return tl::unexpected(servers.error());
  const std::size_t all = servers->size();

  DirectoryError last{DirectoryErrorKind::unreachable, "No directory server was named."};
  while (!servers->empty()) {
    const auto server = take_answering(*servers, options);
    if (!server) {
      // If a server answered before, its own error says more.
      if (all > servers->size() && server.error().kind == DirectoryErrorKind::unreachable) break;
      return tl::unexpected(server.error());
    }
    auto connection = connect(*server, options, account);
    if (connection) options.answered->insert(server->uri());
    auto answered = connection ? question(*connection) : tl::unexpected(std::move(connection.error()));
    if (answered || !makes_way_for_the_next(answered.error().kind)) return answered;
    options.answered->erase(server->uri());
    last = std::move(answered.error());
  }
  if (all > 1) {
    last.message =
        fmt::format("None of the {} domain controllers could be queried; the last error: {}", all, last.message);
  }
  return tl::unexpected(std::move(last));
}

}  // namespace casweep::discovery
