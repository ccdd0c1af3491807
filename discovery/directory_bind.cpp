// SPDX-License-Identifier: GPL-3.0-or-later
// Binding a connection to a directory, which also proves the identity of the server.
#include <ldap.h>

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/host_name.h"
#include "base/printable.h"
#include "discovery/directory_connection.h"
#include "discovery/domain_name_internal.h"
#include "discovery/ldap_library_internal.h"
#include "discovery/ldap_message_internal.h"
#include "discovery/server_certificate_internal.h"
#include "logon/kerberos_service_ticket.h"

namespace casweep::discovery {

namespace {

/// AES in the security layer; RC4's and DES's are weaker (RFC 4752 3.3 counts in bits).
constexpr int least_sasl_ssf = 128;

}  // namespace

tl::expected<void, DirectoryError> DirectoryConnection::bind(const logon::Account& account,
                                                             const std::vector<std::string>& domains) {
  principal_ = account.principal;
  return account.logon == logon::Logon::kerberos ? bind_with_kerberos(account, domains) : bind_with_password(account);
}

/// The result of the bind step sent as `id`; a challenge in the answer is stored in `challenge`.
tl::expected<int, DirectoryError> DirectoryConnection::receive_bind_result(int id, std::string& challenge) {
  LdapMessage answer;
  const int type = receive(ldap_.get(), id, LDAP_MSG_ALL, *deadline_, answer);
  if (type == 0) return failure(LDAP_TIMEOUT);
  if (type < 0) return result_failure();
  if (type != LDAP_RES_BIND) return malformed("answered a bind with an unexpected message");
  berval* made = nullptr;
  const int parsed = ldap_parse_sasl_bind_result(ldap_.get(), answer.get(), &made, 0);
  challenge = made == nullptr ? std::string() : text_of(*made);
  ber_bvfree(made);
  const LdapResult result = parse_result(ldap_.get(), answer.get());
  if (result.code == LDAP_SUCCESS || result.code == LDAP_SASL_BIND_IN_PROGRESS) {
    if (parsed != LDAP_SUCCESS && parsed != LDAP_SASL_BIND_IN_PROGRESS) return failure(parsed);
    return result.code;
  }
  return failure(result.code, result.diagnostic);
}

tl::expected<void, DirectoryError> DirectoryConnection::bind_with_kerberos(const logon::Account& account,
                                                                           const std::vector<std::string>& domains) {
  const auto ticket =
      logon::obtain_controller_ticket(account.ccache, account.principal, server_.host, domains, deadline_->patience);
  if (!ticket) return tl::unexpected(directory_error_of(ticket.error()));

  // Active Directory allows no SASL layer inside TLS ([MS-ADTS] 5.1.2.1).
  const auto layer = tls_ ? SaslGssapi::Layer::none : SaslGssapi::Layer::sign_and_seal;
  const std::string channel = tls_ ? tls_server_end_point(peer_certificate()) : std::string();
  auto made = SaslGssapi::make(*ticket, layer, channel);
  if (!made) return tl::unexpected(std::move(made.error()));
  gssapi_ = std::make_unique<SaslGssapi>(std::move(*made));

  begin_step();
  std::string challenge;
  for (int result = LDAP_SASL_BIND_IN_PROGRESS; result == LDAP_SASL_BIND_IN_PROGRESS;) {
    const auto response = gssapi_->respond(challenge);
    if (!response) return tl::unexpected(response.error());
    berval credentials{.bv_len = response->size(), .bv_val = const_cast<char*>(response->data())};
    int id = 0;
    const int sent = ldap_sasl_bind(ldap_.get(), "", "GSSAPI", &credentials, nullptr, nullptr, &id);
    if (sent != LDAP_SUCCESS) return failure(sent);
    auto received = receive_bind_result(id, challenge);
    if (!received) {
      if (received.error().kind == DirectoryErrorKind::credentials_refused) {
        received.error().message += fmt::format(" The host at {} has not yet proven that it is {}; also check DNS.",
                                                identity_.address, ticket->service);
      }
      return tl::unexpected(std::move(received.error()));
    }
    result = *received;
  }
  if (!gssapi_->is_complete()) {
    return tl::unexpected(
        DirectoryError{DirectoryErrorKind::server_unproven,
                       fmt::format("{} ({}) accepted the logon without proving that it is {}; check where DNS points.",
                                   server_.uri(), identity_.address, ticket->service)});
  }
  if (!tls_) {
    if (gssapi_->key_bits() < least_sasl_ssf) return failure(LDAP_AUTH_UNKNOWN, "no sign and seal was agreed");
    gssapi_->protect(get_option<Sockbuf*>(ldap_.get(), LDAP_OPT_SOCKBUF, nullptr));
  }
  logon_ = "Kerberos";
  bound_to_tls_ = !channel.empty();
  identity_.name = base::comparable_host_name(server_.host);
  identity_.proof = fmt::format("Kerberos ticket for {}", ticket->service);
  proven_domain_ = ticket->domain;
  return {};
}

/// The server's certificate from the TLS handshake, in DER.
base::Octets DirectoryConnection::peer_certificate() const {
  const auto certificate = get_option<berval>(ldap_.get(), LDAP_OPT_X_TLS_PEERCERT, {});
  base::Octets der(certificate.bv_val, certificate.bv_val + certificate.bv_len);
  ber_memfree(certificate.bv_val);
  return der;
}

tl::expected<void, DirectoryError> DirectoryConnection::require_consistent_claims() {
  const auto root_dse = read("", {"dnsHostName", "defaultNamingContext"});
  if (!root_dse) return tl::unexpected(root_dse.error());
  identity_.claimed_name = text_value(*root_dse, "dnsHostName");
  const std::string domain = dns_name_of(text_value(*root_dse, "defaultNamingContext"));
  const auto disagrees = [&](const std::string& claim, const std::string& proven) {
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::server_unproven,
        fmt::format("{} ({}) says that it is {}, but it is proven to be {} ({}), so casweep does not use its answers; "
                    "check DNS, or name another domain controller.",
                    server_.uri(), identity_.address, base::printable(claim), proven, identity_.proof)});
  };
  if (identity_.claimed_name.empty() || domain.empty()) {
    return malformed("does not state in the rootDSE which domain controller it is");
  }
  if (!base::same_host_name(identity_.claimed_name, identity_.name)) {
    // A certificate may name several hosts: an address or a common name, and the controller itself.
    const bool named = tls_ && logon_ != "Kerberos" && certificate_names(peer_certificate(), identity_.claimed_name);
    if (!named) return disagrees(identity_.claimed_name, identity_.name);
  }
  if (!proven_domain_.empty() && !base::same_host_name(domain, proven_domain_)) {
    return disagrees(fmt::format("of the domain {}", domain), fmt::format("of the domain {}", proven_domain_));
  }
  return {};
}

tl::expected<void, DirectoryError> DirectoryConnection::bind_with_password(const logon::Account& account) {
  if (!tls_) {
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::protection_refused,
        fmt::format("Without Kerberos the password would cross the network to {} unprotected, so nothing was sent; use "
                    "ldaps://, StartTLS or Kerberos.",
                    server_.uri())});
  }
  if (const auto objection = objection_to_certificate(peer_certificate(), server_.host); !objection.empty()) {
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::certificate_untrusted,
        fmt::format("The certificate of {} does not prove that this is the named server ({}), so the password was "
                    "not sent; name the server as its certificate does, or use Kerberos.",
                    server_.uri(), objection)});
  }
  // A name with an empty password is an unauthenticated bind, and succeeds (RFC 4513 5.1.2).
  if (account.password.empty() || account.principal.empty()) {
    return tl::unexpected(
        DirectoryError{DirectoryErrorKind::options_unusable, "The account name or the password is empty; give both."});
  }
  berval password{.bv_len = account.password.reveal().size(),
                  .bv_val = const_cast<char*>(account.password.reveal().data())};
  begin_step();
  int id = 0;
  const int sent =
      ldap_sasl_bind(ldap_.get(), account.principal.c_str(), LDAP_SASL_SIMPLE, &password, nullptr, nullptr, &id);
  if (sent != LDAP_SUCCESS) return failure(sent);
  std::string challenge;
  const auto result = receive_bind_result(id, challenge);
  if (!result) return tl::unexpected(result.error());
  if (*result != LDAP_SUCCESS) return malformed("requested another step after the password");
  logon_ = "simple bind";
  identity_.name = base::comparable_host_name(server_.host);
  identity_.proof = fmt::format("TLS certificate for {}", server_.host);
  return {};
}

}  // namespace casweep::discovery
