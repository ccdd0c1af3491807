// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kerberos_service_ticket.h"

#include <krb5.h>

#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/host_name.h"
#include "base/printable.h"
#include "logon/bounded_exchange_internal.h"
#include "logon/kerberos.h"
#include "logon/kerberos_failure.h"
#include "logon/realm.h"

namespace casweep::logon {

namespace {

/// The cache used to request a service ticket, and its owner.
struct ServiceCache {
  Kerberos::Cache cache;
  Kerberos::Principal client;
};

tl::expected<ServiceCache, LogonError> open_cache(Kerberos& kerberos, const std::string& name) {
  if (kerberos.made() != 0) return kerberos.failure(kerberos.made());
  krb5_ccache handle = nullptr;
  if (const auto code = krb5_cc_resolve(kerberos.get(), name.c_str(), &handle)) return kerberos.failure(code);
  auto cache = kerberos.adopt<Kerberos::Cache>(handle);
  krb5_principal made = nullptr;
  if (const auto code = krb5_cc_get_principal(kerberos.get(), cache.get(), &made)) return kerberos.failure(code);
  auto client = kerberos.adopt<Kerberos::Principal>(made);
  kerberos.request.principal = kerberos.name_of(client.get());
  return ServiceCache{std::move(cache), std::move(client)};
}

/// The principal of these components in `realm`, of a type for which libkrb5 does not look up the host in DNS.
Kerberos::Principal literal_principal(const Kerberos& kerberos, std::string_view realm,
                                      std::initializer_list<std::string_view> components) {
  std::string name;
  for (const auto component : components) name += fmt::format("{}{}", name.empty() ? "" : "/", component);
  name += fmt::format("@{}", realm);
  krb5_principal made = nullptr;
  krb5_parse_name(kerberos.get(), name.c_str(), &made);
  if (made != nullptr) krb5_princ_type(kerberos.get(), made) = KRB5_NT_SRV_INST;
  return kerberos.adopt<Kerberos::Principal>(made);
}

/// The realm that krb5.conf maps `host` to. If there is none, empty: the KDC then decides.
std::string configured_realm_of(const Kerberos& kerberos, const std::string& host) {
  char** realms = nullptr;
  if (krb5_get_host_realm(kerberos.get(), host.c_str(), &realms) != 0 || realms == nullptr) return {};
  std::string realm = realms[0] == nullptr ? "" : realms[0];
  krb5_free_host_realm(kerberos.get(), realms);
  return realm;
}

struct FreeCredentials {
  krb5_context context;
  void operator()(krb5_creds* credentials) const { krb5_free_creds(context, credentials); }
};
using Credentials = std::unique_ptr<krb5_creds, FreeCredentials>;

tl::expected<Credentials, krb5_error_code> get_ticket(const Kerberos& kerberos, const ServiceCache& source,
                                                      krb5_principal server) {
  krb5_creds wanted{};
  wanted.client = source.client.get();
  wanted.server = server;
  krb5_creds* ticket = nullptr;
  const auto code = krb5_get_credentials(kerberos.get(), 0, source.cache.get(), &wanted, &ticket);
  if (code != 0) return tl::unexpected(code);
  return Credentials(ticket, {kerberos.get()});
}

/// Whether `code` means that the service does not exist, or that its realm cannot be reached.
bool is_no_such_service(krb5_error_code code) {
  return code == KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN || code == KRB5_REALM_UNKNOWN || code == KRB5_REALM_CANT_RESOLVE;
}

LogonError unproven(const std::string& host, const std::vector<std::string>& domains) {
  std::string where;
  for (const auto& domain : domains) where += fmt::format("{}{}", where.empty() ? "" : " or ", base::printable(domain));
  return {
      LogonErrorKind::server_unproven,
      fmt::format(
          "{0} is not a domain controller of {1}: Kerberos does not know the service ldap/{0}/{2}, which only domain "
          "controllers have; check the domain's SRV records in DNS, and name a controller by its full DNS name.",
          base::printable(host), where, domains.empty() ? "DOMAIN" : base::printable(domains.front()))};
}

constexpr char separator = '\0';

std::string encode(const ControllerTicket& ticket) {
  return ticket.domain + separator + ticket.service + separator + ticket.credentials;
}

ControllerTicket decode(const std::string& text) {
  const auto first = text.find(separator);
  const auto second = text.find(separator, first + 1);
  return {text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

tl::expected<std::string, LogonError> ask_for_controller_ticket(const std::string& ccache, const std::string& host,
                                                                const std::vector<std::string>& domains) {
  Kerberos kerberos({.with = KerberosRequest::With::cache, .principal = {}, .source = ccache, .service = {}});
  const auto source = open_cache(kerberos, ccache);
  if (!source) return tl::unexpected(source.error());

  for (const auto& domain : domains) {
    const auto server = literal_principal(kerberos, realm_of_domain(domain), {"ldap", host, domain});
    if (!server) return tl::unexpected(unproven(host, domains));
    kerberos.request.service = kerberos.name_of(server.get());
    const auto ticket = get_ticket(kerberos, *source, server.get());
    if (!ticket && is_no_such_service(ticket.error())) continue;
    if (!ticket) return kerberos.failure(ticket.error());
    // A referral may lead to another realm, whose administrators can choose any service names.
    if (!krb5_principal_compare(kerberos.get(), (*ticket)->server, server.get())) {
      return tl::unexpected(LogonError{
          LogonErrorKind::server_unproven,
          fmt::format(
              "Kerberos gave a ticket for {} instead of {}, so {} is not proven to be a domain controller of {}; "
              "name a controller by its full DNS name.",
              kerberos.name_of((*ticket)->server), kerberos.request.service, base::printable(host),
              base::printable(domain))});
    }
    krb5_data* octets = nullptr;
    if (const auto code = krb5_marshal_credentials(kerberos.get(), ticket->get(), &octets)) {
      return kerberos.failure(code);
    }
    std::string answer = encode({domain, kerberos.request.service, {octets->data, octets->length}});
    krb5_free_data(kerberos.get(), octets);
    return answer;
  }
  return tl::unexpected(unproven(host, domains));
}

}  // namespace

tl::expected<void, LogonError> obtain_service_ticket(const std::string& ccache, const std::string& service,
                                                     const std::string& host) {
  Kerberos kerberos(
      {.with = KerberosRequest::With::cache, .principal = {}, .source = ccache, .service = service + "/" + host});
  const auto source = open_cache(kerberos, ccache);
  if (!source) return tl::unexpected(source.error());
  const std::string name = base::comparable_host_name(host);
  const auto server = literal_principal(kerberos, configured_realm_of(kerberos, name), {service, name});
  if (!server) return kerberos.failure(KRB5_PARSE_MALFORMED);
  if (server->realm.length > 0) kerberos.request.service = kerberos.name_of(server.get());
  const auto ticket = get_ticket(kerberos, *source, server.get());
  if (!ticket) return kerberos.failure(ticket.error());
  return {};
}

tl::expected<ControllerTicket, LogonError> obtain_controller_ticket(const std::string& ccache,
                                                                    const std::string& account_principal,
                                                                    const std::string& host,
                                                                    const std::vector<std::string>& domains,
                                                                    const base::Patience& patience) {
  if (base::is_address(host) || host.find('.') == std::string::npos) {
    return tl::unexpected(LogonError{
        LogonErrorKind::server_unproven,
        fmt::format("Kerberos cannot prove that {} is a domain controller, because that is not a full DNS name; name "
                    "the controller like dc1.corp.example.",
                    base::printable(host))});
  }
  const std::string name = base::comparable_host_name(host);
  const auto answer =
      bounded_exchange([&] { return ask_for_controller_ticket(ccache, name, domains); }, patience, account_principal);
  if (!answer) return tl::unexpected(answer.error());
  return decode(*answer);
}

}  // namespace casweep::logon
