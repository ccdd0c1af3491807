// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_server.h"

#include <ldap.h>
#include <netdb.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "base/ascii_case.h"
#include "base/bounded_call.h"
#include "base/endpoint.h"
#include "base/host_name.h"
#include "base/printable.h"
#include "discovery/ldap_defaults_internal.h"
#include "discovery/ldap_library_internal.h"
#include "discovery/ldap_text_internal.h"

namespace casweep::discovery {

namespace {

constexpr std::uint16_t ldap_port = 389;
constexpr std::uint16_t ldaps_port = 636;
constexpr std::uint16_t global_catalog_port = 3268;
constexpr std::uint16_t global_catalog_ssl_port = 3269;

std::uint16_t default_port(bool ldaps) { return ldaps ? ldaps_port : ldap_port; }

bool consume_scheme(std::string_view& uri, std::string_view scheme) {
  if (!base::starts_with_but_for_case(uri, scheme)) return false;
  uri.remove_prefix(scheme.size());
  return true;
}

bool is_global_catalog(const DirectoryServer& server) {
  return server.port == global_catalog_port || server.port == global_catalog_ssl_port;
}

/// The server at "HOST" or "HOST:PORT"; nullopt for other text.
std::optional<DirectoryServer> server_at(std::string_view text, bool ldaps) {
  auto endpoint = base::parse_endpoint(text, default_port(ldaps));
  if (!endpoint) return std::nullopt;
  return DirectoryServer{.ldaps = ldaps, .host = std::move(endpoint->host), .port = endpoint->port};
}

tl::unexpected<DirectoryError> unusable(std::string message) {
  return tl::unexpected(DirectoryError{DirectoryErrorKind::options_unusable, std::move(message)});
}

/// The SRV records of `_ldap._tcp.NAME`, "host:port" in the order to try them; empty if there are none.
std::string look_up_srv(const std::string& name) {
  char* made = nullptr;
  if (ldap_domain2hostlist(name.c_str(), &made) != LDAP_SUCCESS) made = nullptr;
  const LdapText list(made);
  return list ? list.get() : std::string();
}

DirectoryError no_answer_about(const std::string& domain) {
  return {
      DirectoryErrorKind::name_not_resolved,
      fmt::format("DNS gave no answer about the domain controllers of {}; check /etc/resolv.conf, or name a server.",
                  domain)};
}

DirectoryError no_records_of(const std::string& domain) {
  return {DirectoryErrorKind::name_not_resolved,
          fmt::format("DNS has no _ldap._tcp.dc._msdcs.{} SRV record; check the domain's name and that this host uses "
                      "the domain's DNS servers, or name a server.",
                      domain)};
}

/// The hosts of `domain`'s domain controllers, as look_up_srv() gives them; the code of a failure is h_errno.
tl::expected<std::string, base::SlowCallError> look_up_domain_controllers(const std::string& domain) {
  ignore_ldap_defaults();
  h_errno = 0;
  std::string hosts = look_up_srv("dc._msdcs." + domain);
  if (hosts.empty() && h_errno != TRY_AGAIN) hosts = look_up_srv(domain);
  if (hosts.empty()) return tl::unexpected(base::SlowCallError{.code = h_errno});
  return hosts;
}

DirectoryError look_up_failure(const base::BoundedCallFailure& failure, const std::string& domain) {
  switch (failure.kind) {
    case base::BoundedCallFailure::Kind::failed:
      return failure.error.code == TRY_AGAIN ? no_answer_about(domain) : no_records_of(domain);
    case base::BoundedCallFailure::Kind::timed_out:
      return no_answer_about(domain);
    case base::BoundedCallFailure::Kind::interrupted:
      return interrupted_error();
    case base::BoundedCallFailure::Kind::crashed:
      break;
  }
  return crashed_error();
}

}  // namespace

std::string DirectoryServer::uri() const {
  const base::Endpoint endpoint{host, port};
  return fmt::format("{}://{}", ldaps ? "ldaps" : "ldap",
                     port == default_port(ldaps) ? host_text(endpoint) : endpoint_text(endpoint));
}

tl::expected<DirectoryServer, DirectoryError> parse_directory_server(std::string_view uri) {
  std::string_view rest = uri;
  const bool ldaps = consume_scheme(rest, "ldaps://");
  if (!ldaps && !consume_scheme(rest, "ldap://")) {
    return unusable(fmt::format("\"{}\" is not the URI of a directory server; write ldap://HOST or ldaps://HOST.",
                                base::printable(uri)));
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  auto server = server_at(rest, ldaps);
  if (!server) {
    return unusable(fmt::format("\"{}\" is not a host with an optional port; write ldap://HOST or ldaps://HOST.",
                                base::printable(uri)));
  }
  if (is_global_catalog(*server)) {
    return unusable(fmt::format("{} is a global catalog, which knows only part of each object; use port 389 or 636.",
                                base::printable(uri)));
  }
  return *server;
}

tl::expected<std::vector<DirectoryServer>, DirectoryError> find_domain_controllers(const std::string& domain,
                                                                                   const base::Patience& patience) {
  if (!base::is_host_name(domain)) {
    return unusable(
        fmt::format("\"{}\" is not the DNS name of a domain; write it like corp.example.", base::printable(domain)));
  }
  load_ldap_library();
  const auto hosts = base::bounded_call([&] { return look_up_domain_controllers(domain); }, patience);
  if (!hosts) return tl::unexpected(look_up_failure(hosts.error(), domain));
  std::vector<DirectoryServer> servers;
  std::istringstream words(*hosts);
  for (std::string host; words >> host;) {
    // DNS may return anything: targets that are not host names are skipped, including "." for "no such service" (RFC
    // 2782), and so are global catalogs.
    auto server = server_at(host, false);
    if (server && !is_global_catalog(*server)) servers.push_back(std::move(*server));
  }
  if (!servers.empty()) return servers;
  return tl::unexpected(DirectoryError{
      DirectoryErrorKind::name_not_resolved,
      fmt::format("The SRV records of {} contain no host name; check the domain's DNS, or name a server.", domain)});
}

}  // namespace casweep::discovery
