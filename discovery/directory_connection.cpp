// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_connection.h"

#include <ldap.h>
#include <netdb.h>
#include <openldap.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/ascii_case.h"
#include "base/printable.h"
#include "discovery/attribute_range_internal.h"
#include "discovery/bounded_call_internal.h"
#include "discovery/domain_controller.h"
#include "discovery/domain_name_internal.h"
#include "discovery/extended_name_internal.h"
#include "discovery/kerberos_service_ticket.h"
#include "discovery/ldap_defaults_internal.h"
#include "discovery/ldap_failure_internal.h"
#include "discovery/ldap_text_internal.h"
#include "discovery/server_certificate_internal.h"
#include "discovery/socket_deadline_internal.h"
#include "discovery/tcp_connection_internal.h"

namespace casweep::discovery {

namespace {

using std::chrono::steady_clock;

/// What no forest comes near. A server that never stops meets them before this host's memory ends. Memory is what
/// libldap and this program need for an answer, which is several times its octets on the wire.
constexpr ber_len_t longest_message = ber_len_t{8} * 1024 * 1024;
constexpr std::size_t most_memory = std::size_t{128} * 1024 * 1024;
constexpr std::size_t most_entries = 100'000;
constexpr std::size_t most_pages = 10'000;
constexpr std::size_t most_ranges = 1'000;

/// How many steps' time the whole of an answer may take, and of a visit, which may be of a domain's every computer.
constexpr int steps_of_answer = 12;
constexpr int steps_of_visit = 90;

/// AES in the security layer; RC4's and DES's are weaker (RFC 4752 3.3 counts in bits).
constexpr int least_sasl_ssf = 128;

/// GnuTLS, which Debian's libldap uses, trusts nothing by itself.
constexpr auto system_ca_certificates = "/etc/ssl/certs/ca-certificates.crt";

struct FreeMessage {
  void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

struct FreeControls {
  void operator()(LDAPControl** controls) const { ldap_controls_free(controls); }
  void operator()(LDAPControl* control) const { ldap_control_free(control); }
};

struct FreeBer {
  void operator()(BerElement* ber) const { ber_free(ber, 0); }
};

struct FreeValues {
  void operator()(void* values) const { ber_memfree(values); }
};

/// What ldap_result() gives for the operation `id`: the type of `message`, 0 if there is none when the time is up or a
/// signal came, -1 for an error. Waits for a moment at a time, because libldap does not look at the signal's flag.
int receive(ldap* handle, int id, int how_many, const SocketDeadline& deadline, Message& message) {
  constexpr steady_clock::duration moment = std::chrono::milliseconds(250);
  for (;;) {
    const auto left = deadline.instant - steady_clock::now();
    // Never negative, which libldap would take for "for ever".
    const auto wait =
        std::chrono::duration_cast<std::chrono::microseconds>(std::clamp(left, steady_clock::duration::zero(), moment));
    timeval timeout{.tv_sec = 0, .tv_usec = wait.count()};
    LDAPMessage* received = nullptr;
    const int type = ldap_result(handle, id, how_many, &timeout, &received);
    message.reset(received);
    if (type != 0 || left <= moment || deadline.patience.is_interrupted()) return type;
  }
}

template <typename Value>
Value get_option(ldap* handle, int option, Value value) {
  ldap_get_option(handle, option, &value);
  return value;
}

/// A string option, which libldap allocates.
std::string get_text_option(ldap* handle, int option) {
  const LdapText text(get_option<char*>(handle, option, nullptr));
  return text ? text.get() : std::string();
}

std::string text_of(const berval& value) {
  return value.bv_val == nullptr ? std::string() : std::string(value.bv_val, value.bv_len);
}

struct Result {
  int code = LDAP_SUCCESS;
  std::string diagnostic;
  std::string cookie;       ///< of the paged results control
  bool has_paging = false;  ///< whether there was one
};

/// The LDAPResult in `message`.
Result parse_result(ldap* handle, LDAPMessage* message) {
  Result result;
  char* diagnostic = nullptr;
  LDAPControl** made = nullptr;
  const int parsed = ldap_parse_result(handle, message, &result.code, nullptr, &diagnostic, nullptr, &made, 0);
  const LdapText owned_diagnostic(diagnostic);
  const std::unique_ptr<LDAPControl*, FreeControls> controls(made);
  if (diagnostic != nullptr) result.diagnostic = diagnostic;
  if (parsed != LDAP_SUCCESS) {
    result.code = parsed;
    return result;
  }
  if (LDAPControl* paging = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, made, nullptr)) {
    ber_int_t estimate = 0;
    berval cookie{};
    if (ldap_parse_pageresponse_control(handle, paging, &estimate, &cookie) == LDAP_SUCCESS) {
      result.has_paging = true;
      result.cookie = text_of(cookie);
      ber_memfree(cookie.bv_val);
    }
  }
  return result;
}

/// What the allocator, a map's node and a string's or vector's own fields take beside the octets themselves.
constexpr std::size_t memory_of_attribute = 160;
constexpr std::size_t memory_of_value = sizeof(base::Octets) + 32;

std::size_t memory_of(const DirectoryEntry& entry) {
  std::size_t memory = sizeof(DirectoryEntry) + entry.distinguished_name.capacity();
  for (const auto& [description, values] : entry.attributes) {
    memory += memory_of_attribute + description.capacity();
    for (const auto& value : values) memory += memory_of_value + value.capacity();
  }
  return memory;
}

/// Whether `description`, which may have options ("member;range=0-1499"), is of an attribute in `wanted`.
bool is_wanted(std::string_view description, const std::vector<std::string>& wanted) {
  const auto type_of = [](std::string_view text) { return text.substr(0, text.find(';')); };
  return std::ranges::any_of(wanted, [&](const std::string& attribute) {
    return base::same_but_for_case(type_of(attribute), type_of(description));
  });
}

/// The entry in `message` with those of its attributes that are in `wanted`; nullopt if it does not decode or needs
/// more than `memory`.
std::optional<DirectoryEntry> parse_entry(ldap* handle, LDAPMessage* message, const std::vector<std::string>& wanted,
                                          std::size_t memory) {
  BerElement* made = nullptr;
  berval name{};
  if (ldap_get_dn_ber(handle, message, &made, &name) != LDAP_SUCCESS) return std::nullopt;
  const std::unique_ptr<BerElement, FreeBer> ber(made);
  DirectoryEntry entry{.distinguished_name = text_of(name), .attributes = {}};
  std::size_t needed = 0;
  for (;;) {
    berval description{};
    berval* values = nullptr;
    if (ldap_get_attribute_ber(handle, message, ber.get(), &description, &values) != LDAP_SUCCESS) return std::nullopt;
    const std::unique_ptr<berval, FreeValues> owned(values);
    if (description.bv_val == nullptr) return entry;
    const std::string attribute = text_of(description);
    if (!is_wanted(attribute, wanted)) continue;
    std::size_t count = 0;
    for (const berval* value = values; value != nullptr && value->bv_val != nullptr; ++value) ++count;
    needed += memory_of_attribute + attribute.size() + count * memory_of_value;
    if (needed > memory) return std::nullopt;
    auto& octets = entry.attributes[attribute];
    octets.reserve(octets.size() + count);
    for (const berval* value = values; value != nullptr && value->bv_val != nullptr; ++value) {
      octets.emplace_back(value->bv_val, value->bv_val + value->bv_len);
    }
  }
}

/// A critical control that says all with its name.
LDAPControl* control_without_value(const char* oid) {
  LDAPControl* made = nullptr;
  const int critical = 1;
  ldap_control_create(oid, critical, nullptr, 0, &made);
  return made;
}

/// The numeric address of the other end of `socket`.
std::string address_of_peer(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  std::array<char, NI_MAXHOST> text{};
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (getpeername(socket, generic, &size) != 0 ||
      getnameinfo(generic, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
    return {};
  }
  return text.data();
}

/// LDAP_SERVER_EXTENDED_DN_OID, critical, with Flag 1 for the string form ([MS-ADTS] 3.1.1.3.4.1.5).
LDAPControl* extended_names_control() {
  std::array<char, 5> flag{0x30, 0x03, 0x02, 0x01, 0x01};
  berval value{.bv_len = flag.size(), .bv_val = flag.data()};
  LDAPControl* made = nullptr;
  const int critical = 1;
  ldap_control_create(LDAP_CONTROL_X_EXTENDED_DN, critical, &value, 1, &made);
  return made;
}

void take_guid_out_of_name(DirectoryEntry& entry) {
  auto name = parse_extended_name(entry.distinguished_name);
  entry.object_guid = name.object_guid;
  entry.distinguished_name = std::move(name.distinguished_name);
}

}  // namespace

struct DirectoryConnection::Query {
  std::string base;
  int scope;
  std::string filter;
  std::vector<std::string> attributes;
  int page_size = 0;                ///< 0: not paged
  std::string cookie;               ///< of the page before
  bool one_partition_only = false;  ///< otherwise a reference to another one is an error
  bool with_guids = false;          ///< ask for extended names

  static Query paged(const std::string& base, int scope, const std::string& filter,
                     const std::vector<std::string>& attributes, int page_size) {
    return {base, scope, filter, attributes, std::max(page_size, 1), {}, false, false};
  }

  /// The entry `distinguished_name` itself.
  static Query of_one(const std::string& distinguished_name, const std::vector<std::string>& attributes) {
    return {distinguished_name, LDAP_SCOPE_BASE, "(objectClass=*)", attributes, 0, {}, false, false};
  }
};

struct DirectoryConnection::Page {
  std::vector<DirectoryEntry> entries;
  std::size_t memory = 0;
  std::string cookie;  ///< empty: the last page
};

void DirectoryConnection::Unbind::operator()(ldap* handle) const noexcept { ldap_unbind_ext(handle, nullptr, nullptr); }

tl::unexpected<DirectoryError> DirectoryConnection::failure(int result, const std::string& diagnostic) const {
  const bool broken = result == LDAP_SERVER_DOWN || result == LDAP_CONNECT_ERROR;
  // It was this side that gave up.
  if (deadline_->patience.is_interrupted()) return tl::unexpected(interrupted_error());
  if (broken && steady_clock::now() >= deadline_->instant) result = LDAP_TIMEOUT;
  // The step had less than its own time.
  if (result == LDAP_TIMEOUT && deadline_->instant >= end_of_all_) {
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::timed_out,
        fmt::format("{} did not finish its answer in time; ask another domain controller.", server_.uri()), result});
  }
  return tl::unexpected(ldap_failure(result, diagnostic, server_.uri(), principal_));
}

tl::unexpected<DirectoryError> DirectoryConnection::failure(int result) const {
  return failure(result, get_text_option(ldap_.get(), LDAP_OPT_DIAGNOSTIC_MESSAGE));
}

tl::unexpected<DirectoryError> DirectoryConnection::malformed(const std::string& what) const {
  return tl::unexpected(
      DirectoryError{DirectoryErrorKind::malformed_answer,
                     fmt::format("{} {}; check that it is a domain controller, or ask another.", server_.uri(), what)});
}

/// What libldap says of the ldap_result() that just returned -1.
tl::unexpected<DirectoryError> DirectoryConnection::result_failure() const {
  return failure(get_option(ldap_.get(), LDAP_OPT_RESULT_CODE, LDAP_SERVER_DOWN));
}

void DirectoryConnection::begin_step() {
  deadline_->instant = std::min(steady_clock::now() + deadline_->patience.time, end_of_all_);
}

DirectoryConnection::WholeAnswer::WholeAnswer(DirectoryConnection& connection)
    : WholeAnswer(connection, steps_of_answer) {}

/// Gives the whole, whatever the number of its steps, as much time as `steps` of them have.
DirectoryConnection::WholeAnswer::WholeAnswer(DirectoryConnection& connection, int steps)
    : connection_(connection), outer_end_(connection.end_of_all_) {
  connection.end_of_all_ = std::min(outer_end_, steady_clock::now() + steps * connection.deadline_->patience.time);
}

DirectoryConnection::WholeAnswer::~WholeAnswer() {
  connection_.end_of_all_ = outer_end_;
  if (outer_end_ == steady_clock::time_point::max()) connection_.kept_memory_ = 0;
}

tl::expected<DirectoryConnection, DirectoryError> DirectoryConnection::connect(const DirectoryServer& server,
                                                                               const DirectoryOptions& options) {
  // The connection is ours rather than libldap's so that "refused", "silent" and "no such name" can be told apart.
  auto socket = connect_tcp(server, options.patience);
  if (!socket) return tl::unexpected(std::move(socket.error()));

  DirectoryConnection connection(server, options.patience);
  connection.begin_step();
  ldap* handle = nullptr;
  const int made = ldap_init_fd(socket->get(), LDAP_PROTO_EXT, server.uri().c_str(), &handle);
  connection.ldap_.reset(handle);
  if (made != LDAP_SUCCESS) return tl::unexpected(ldap_failure(made, "", server.uri(), connection.principal_));
  Sockbuf* sockbuf = get_option<Sockbuf*>(handle, LDAP_OPT_SOCKBUF, nullptr);
  add_socket_deadline(sockbuf, connection.deadline_.get());
  const int descriptor = socket->release();  // the Sockbuf closes it now
  ber_len_t longest = longest_message;
  ber_sockbuf_ctrl(sockbuf, LBER_SB_OPT_SET_MAX_INCOMING, &longest);
  connection.identity_.address = address_of_peer(descriptor);

  const int version = LDAP_VERSION3;
  const int never = LDAP_DEREF_NEVER;
  ldap_set_option(handle, LDAP_OPT_PROTOCOL_VERSION, &version);
  ldap_set_option(handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  ldap_set_option(handle, LDAP_OPT_DEREF, &never);
  return connection;
}

tl::expected<DirectoryConnection, DirectoryError> DirectoryConnection::open(const DirectoryServer& server,
                                                                            const DirectoryOptions& options) {
  ignore_ldap_defaults();
  auto connection = connect(server, options);
  if (!connection || !(server.ldaps || options.start_tls)) return connection;
  auto started = connection->start_tls(options.ca_cert, true);
  if (started) return connection;
  if (started.error().ldap_result != LDAP_CONNECT_ERROR) return tl::unexpected(std::move(started.error()));

  // libldap does not tell a certificate it distrusts from a handshake that failed. If a second one, unverified and of
  // no other use, comes about, then it was the certificate.
  auto unverified = connect(server, options);
  if (!unverified || !unverified->start_tls(options.ca_cert, false)) return tl::unexpected(std::move(started.error()));
  return tl::unexpected(DirectoryError{
      DirectoryErrorKind::certificate_untrusted,
      fmt::format(
          "The certificate of {} is not trusted: it has expired, is for another name than {}, or was not issued "
          "by a root in {}; name the server as its certificate does and give the issuing root's PEM file.",
          server.uri(), server.host, options.ca_cert.empty() ? system_ca_certificates : options.ca_cert),
      started.error().ldap_result});
}

tl::expected<void, DirectoryError> DirectoryConnection::start_tls(const std::string& ca_cert, bool verify) {
  const std::string roots = ca_cert.empty() ? system_ca_certificates : ca_cert;
  if (access(roots.c_str(), R_OK) != 0) {
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::options_unusable,
        fmt::format("The trusted certificates in {} cannot be read; give a PEM file with the root that issued the "
                    "domain controllers' certificates.",
                    roots)});
  }
  begin_step();
  const int demand = verify ? LDAP_OPT_X_TLS_DEMAND : LDAP_OPT_X_TLS_NEVER;
  const int tls_1_2 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
  const int client = 0;
  const bool set = ldap_set_option(ldap_.get(), LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) == LDAP_OPT_SUCCESS &&
                   ldap_set_option(ldap_.get(), LDAP_OPT_X_TLS_PROTOCOL_MIN, &tls_1_2) == LDAP_OPT_SUCCESS &&
                   ldap_set_option(ldap_.get(), LDAP_OPT_X_TLS_CACERTFILE, roots.c_str()) == LDAP_OPT_SUCCESS &&
                   ldap_set_option(ldap_.get(), LDAP_OPT_X_TLS_NEWCTX, &client) == LDAP_OPT_SUCCESS;
  if (!set) {
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::options_unusable,
        fmt::format("TLS could not be set up with the trusted certificates in {}; check that it is a PEM file.",
                    roots)});
  }
  const int result = negotiate_tls();
  if (result != LDAP_SUCCESS) {
    DirectoryError error = failure(result).value();
    // A refused StartTLS or a broken handshake is about the protection, whatever else the code would mean.
    const bool gave_up = error.kind == DirectoryErrorKind::timed_out || error.kind == DirectoryErrorKind::interrupted;
    if (!gave_up && result != LDAP_SERVER_DOWN) {
      error.kind = DirectoryErrorKind::protection_refused;
      error.message = fmt::format(
          "{} did not agree on TLS ({}); check that it has a certificate and speaks TLS 1.2 or later, or use ldap:// "
          "with "
          "Kerberos.",
          server_.uri(), ldap_err2string(result));
    }
    return tl::unexpected(std::move(error));
  }
  tls_ = true;
  return {};
}

/// StartTLS (RFC 4511 4.14) unless the scheme is ldaps, and the handshake. libldap's result.
int DirectoryConnection::negotiate_tls() {
  if (!server_.ldaps) {
    int id = 0;
    if (const int sent = ldap_start_tls(ldap_.get(), nullptr, nullptr, &id); sent != LDAP_SUCCESS) return sent;
    Message answer;
    const int type = receive(ldap_.get(), id, LDAP_MSG_ALL, *deadline_, answer);
    if (type == 0) return LDAP_TIMEOUT;
    if (type < 0) return get_option(ldap_.get(), LDAP_OPT_RESULT_CODE, LDAP_SERVER_DOWN);
    if (const Result result = parse_result(ldap_.get(), answer.get()); result.code != LDAP_SUCCESS) return result.code;
  }
  return ldap_install_tls(ldap_.get());
}

tl::expected<void, DirectoryError> DirectoryConnection::bind(const logon::Account& account,
                                                             const std::vector<std::string>& domains) {
  principal_ = account.principal;
  return account.logon == logon::Logon::kerberos ? bind_with_kerberos(account, domains) : bind_with_password(account);
}

/// The result of a bind's step that was sent as `id`; the challenge it may bring goes into `challenge`.
tl::expected<int, DirectoryError> DirectoryConnection::receive_bind_result(int id, std::string& challenge) {
  Message answer;
  const int type = receive(ldap_.get(), id, LDAP_MSG_ALL, *deadline_, answer);
  if (type == 0) return failure(LDAP_TIMEOUT);
  if (type < 0) return result_failure();
  if (type != LDAP_RES_BIND) return malformed("answered a bind with something else");
  berval* made = nullptr;
  const int parsed = ldap_parse_sasl_bind_result(ldap_.get(), answer.get(), &made, 0);
  challenge = made == nullptr ? std::string() : text_of(*made);
  ber_bvfree(made);
  const Result result = parse_result(ldap_.get(), answer.get());
  if (result.code == LDAP_SUCCESS || result.code == LDAP_SASL_BIND_IN_PROGRESS) {
    if (parsed != LDAP_SUCCESS && parsed != LDAP_SASL_BIND_IN_PROGRESS) return failure(parsed);
    return result.code;
  }
  return failure(result.code, result.diagnostic);
}

tl::expected<void, DirectoryError> DirectoryConnection::bind_with_kerberos(const logon::Account& account,
                                                                           const std::vector<std::string>& domains) {
  const auto ticket =
      obtain_controller_ticket(account.ccache, account.principal, server_.host, domains, deadline_->patience);
  if (!ticket) return tl::unexpected(ticket.error());

  // Active Directory allows no SASL layer inside TLS ([MS-ADTS] 5.1.2.1).
  const auto layer = tls_ ? SaslGssapi::Layer::none : SaslGssapi::Layer::sign_and_seal;
  auto made = SaslGssapi::make(*ticket, layer, tls_ ? tls_server_end_point(peer_certificate()) : std::string());
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
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::server_unproven,
        fmt::format("{} ({}) accepted the logon without proving that it is {}; check where DNS leads to.",
                    server_.uri(), identity_.address, ticket->service)});
  }
  if (!tls_) {
    if (gssapi_->key_bits() < least_sasl_ssf) return failure(LDAP_AUTH_UNKNOWN, "no sign and seal was agreed");
    gssapi_->protect(get_option<Sockbuf*>(ldap_.get(), LDAP_OPT_SOCKBUF, nullptr));
  }
  logon_ = "Kerberos";
  identity_.name = normalized_host_name(server_.host);
  identity_.proof = fmt::format("Kerberos ticket for {}", ticket->service);
  proven_domain_ = ticket->domain;
  return {};
}

/// The certificate that the server gave in the TLS handshake, in DER.
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
        fmt::format("{} ({}) says that it is {}, but it is proven to be {} ({}), so its answers are not used; "
                    "check DNS, or name another domain controller.",
                    server_.uri(), identity_.address, base::printable(claim), proven, identity_.proof)});
  };
  if (identity_.claimed_name.empty() || domain.empty()) {
    return malformed("does not say which domain controller it is (rootDSE)");
  }
  if (!same_host_name(identity_.claimed_name, identity_.name)) {
    // A certificate may name several hosts: an address or a common name, and the controller itself.
    const bool named = tls_ && logon_ != "Kerberos" && certificate_names(peer_certificate(), identity_.claimed_name);
    if (!named) return disagrees(identity_.claimed_name, identity_.name);
  }
  if (!proven_domain_.empty() && !same_host_name(domain, proven_domain_)) {
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
        fmt::format(
            "The certificate of {} does not prove that this is the server that was named ({}), so the password was "
            "not sent; name the server as its certificate does, or use Kerberos.",
            server_.uri(), objection)});
  }
  // A name with an empty password is an unauthenticated bind, and succeeds (RFC 4513 5.1.2).
  if (account.password.empty() || account.principal.empty()) {
    return tl::unexpected(
        DirectoryError{DirectoryErrorKind::options_unusable, "An account's name or its password is empty; give both."});
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
  identity_.name = normalized_host_name(server_.host);
  identity_.proof = fmt::format("TLS certificate for {}", server_.host);
  return {};
}

std::string DirectoryConnection::protection() const {
  if (tls_) {
    return fmt::format("{} {}, certificate verified, {}", get_text_option(ldap_.get(), LDAP_OPT_X_TLS_VERSION),
                       get_text_option(ldap_.get(), LDAP_OPT_X_TLS_CIPHER), logon_);
  }
  if (logon_.empty()) return "none";
  return fmt::format("{} sign and seal ({}-bit)", logon_, gssapi_ ? gssapi_->key_bits() : 0);
}

tl::expected<DirectoryConnection::Page, DirectoryError> DirectoryConnection::search_page(const Query& query) {
  std::vector<char*> attributes;
  for (const auto& attribute : query.attributes) attributes.push_back(const_cast<char*>(attribute.c_str()));
  attributes.push_back(nullptr);

  std::unique_ptr<LDAPControl, FreeControls> paging;
  if (query.page_size > 0) {
    berval cookie{.bv_len = query.cookie.size(), .bv_val = const_cast<char*>(query.cookie.data())};
    LDAPControl* made = nullptr;
    const int critical = 1;
    const int result = ldap_create_page_control(ldap_.get(), query.page_size, &cookie, critical, &made);
    if (result != LDAP_SUCCESS) return failure(result);
    paging.reset(made);
  }
  const std::unique_ptr<LDAPControl, FreeControls> domain_scope(
      query.one_partition_only ? control_without_value(LDAP_CONTROL_X_DOMAIN_SCOPE) : nullptr);
  const std::unique_ptr<LDAPControl, FreeControls> extended_names(query.with_guids ? extended_names_control()
                                                                                   : nullptr);
  std::vector<LDAPControl*> controls;
  if (extended_names) controls.push_back(extended_names.get());
  if (paging) controls.push_back(paging.get());
  if (domain_scope) controls.push_back(domain_scope.get());
  controls.push_back(nullptr);
  begin_step();
  if (steady_clock::now() >= end_of_all_) return failure(LDAP_TIMEOUT, "");
  int id = 0;
  const int sent = ldap_search_ext(ldap_.get(), query.base.c_str(), query.scope, query.filter.c_str(),
                                   attributes.data(), 0, controls.data(), nullptr, nullptr, LDAP_NO_LIMIT, &id);
  if (sent != LDAP_SUCCESS) return failure(sent);

  Page page;
  for (;;) {
    Message message;
    const int type = receive(ldap_.get(), id, LDAP_MSG_ONE, *deadline_, message);
    switch (type) {
      case 0:
        return failure(LDAP_TIMEOUT);
      case LDAP_RES_SEARCH_ENTRY: {
        auto entry =
            parse_entry(ldap_.get(), message.get(), query.attributes, most_memory - kept_memory_ - page.memory);
        if (!entry) return malformed("sent an entry that does not decode, or that is larger than any");
        if (query.with_guids) take_guid_out_of_name(*entry);
        page.memory += memory_of(*entry);
        page.entries.push_back(std::move(*entry));
        if (page.entries.size() > most_entries || kept_memory_ + page.memory > most_memory) {
          return malformed("sent too many entries");
        }
        break;
      }
      case LDAP_RES_SEARCH_REFERENCE:
        return failure(LDAP_REFERRAL, "");
      case LDAP_RES_SEARCH_RESULT: {
        Result result = parse_result(ldap_.get(), message.get());
        if (result.code != LDAP_SUCCESS) return failure(result.code, result.diagnostic);
        if (query.page_size > 0 && !result.has_paging) {
          return malformed("gave a page without saying whether another follows");
        }
        page.cookie = std::move(result.cookie);
        return page;
      }
      case LDAP_RES_INTERMEDIATE:
        break;
      default:
        if (type > 0) return malformed("answered a search with something else");
        return result_failure();
    }
  }
}

tl::expected<DirectoryEntry, DirectoryError> DirectoryConnection::read(const std::string& distinguished_name,
                                                                       const std::vector<std::string>& attributes) {
  const WholeAnswer answer(*this);
  auto page = search_page(Query::of_one(distinguished_name, attributes));
  if (!page) return tl::unexpected(std::move(page.error()));
  if (page->entries.size() != 1) return malformed(fmt::format("gave {} entries for one", page->entries.size()));
  kept_memory_ += page->memory;
  return std::move(page->entries.front());
}

tl::expected<void, DirectoryError> DirectoryConnection::search_pages(
    Query query, const std::function<tl::expected<void, DirectoryError>(Page&)>& take) {
  for (std::size_t pages = 0; pages < most_pages; ++pages) {
    auto page = search_page(query);
    if (!page) return tl::unexpected(std::move(page.error()));
    if (auto taken = take(*page); !taken) return taken;
    if (page->cookie.empty()) return {};
    query.cookie = std::move(page->cookie);
  }
  return malformed("sent too many pages");
}

tl::expected<std::vector<DirectoryEntry>, DirectoryError> DirectoryConnection::search(Query query) {
  const WholeAnswer answer(*this);
  std::vector<DirectoryEntry> entries;
  const auto searched = search_pages(std::move(query), [&](Page& page) -> tl::expected<void, DirectoryError> {
    kept_memory_ += page.memory;
    std::ranges::move(page.entries, std::back_inserter(entries));
    if (entries.size() > most_entries) return malformed("sent too many entries");
    return {};
  });
  if (!searched) return tl::unexpected(searched.error());
  for (auto& entry : entries) {
    if (auto completed = complete_ranges(entry); !completed) return tl::unexpected(std::move(completed.error()));
  }
  return entries;
}

tl::expected<std::vector<DirectoryEntry>, DirectoryError> DirectoryConnection::search_subtree(
    const std::string& base, const std::string& filter, const std::vector<std::string>& attributes, int page_size) {
  return search(Query::paged(base, LDAP_SCOPE_SUBTREE, filter, attributes, page_size));
}

tl::expected<std::vector<DirectoryEntry>, DirectoryError> DirectoryConnection::search_children(
    const std::string& base, const std::string& filter, const std::vector<std::string>& attributes, int page_size) {
  return search(Query::paged(base, LDAP_SCOPE_ONELEVEL, filter, attributes, page_size));
}

tl::expected<std::vector<DirectoryEntry>, DirectoryError> DirectoryConnection::search_with_guids(
    const std::string& base, bool whole_subtree, const std::string& filter, const std::vector<std::string>& attributes,
    int page_size) {
  auto query =
      Query::paged(base, whole_subtree ? LDAP_SCOPE_SUBTREE : LDAP_SCOPE_ONELEVEL, filter, attributes, page_size);
  query.with_guids = true;
  return search(std::move(query));
}

tl::expected<DirectoryConnection::LookUp, DirectoryError> DirectoryConnection::look_up(
    const base::ObjectGuid& object_guid, const std::vector<std::string>& attributes) {
  return look_up("<GUID=" + object_guid.to_string() + ">", attributes);  // [MS-ADTS] 3.1.1.3.1.2.4
}

tl::expected<DirectoryConnection::LookUp, DirectoryError> DirectoryConnection::look_up(
    const std::string& distinguished_name, const std::vector<std::string>& attributes) {
  const WholeAnswer answer(*this);
  auto page = search_page(Query::of_one(distinguished_name, attributes));
  // A resultCode of the server's is positive; libldap's own codes, for what broke on the way, are negative.
  if (!page && page.error().ldap_result > 0) return LookUp{.ldap_result = page.error().ldap_result};
  if (!page) return tl::unexpected(std::move(page.error()));
  kept_memory_ += page->memory;
  for (auto& entry : page->entries) {
    if (auto completed = complete_ranges(entry); !completed) {
      return tl::unexpected(std::move(completed.error()));
    }
  }
  return LookUp{.entries = std::move(page->entries)};
}

tl::expected<void, DirectoryError> DirectoryConnection::visit_subtree(
    const std::string& base, const std::string& filter, const std::vector<std::string>& attributes, int page_size,
    const std::function<tl::expected<void, DirectoryError>(const DirectoryEntry&)>& visit) {
  auto query = Query::paged(base, LDAP_SCOPE_SUBTREE, filter, attributes, page_size);
  query.one_partition_only = true;
  const WholeAnswer answer(*this, steps_of_visit);
  return search_pages(std::move(query), [&](const Page& page) -> tl::expected<void, DirectoryError> {
    for (const auto& entry : page.entries) {
      if (auto visited = visit(entry); !visited) return visited;
    }
    return {};
  });
}

/// Replaces each attribute of which only a range came ([MS-ADTS] 3.1.1.3.1.3.3) by all of its values.
tl::expected<void, DirectoryError> DirectoryConnection::complete_ranges(DirectoryEntry& entry) {
  const auto has_options = [](const auto& attribute) { return attribute.first.find(';') != std::string::npos; };
  for (std::size_t ranges = 0; ranges < most_ranges; ++ranges) {
    const auto found = std::ranges::find_if(entry.attributes, has_options);
    if (found == entry.attributes.end()) return {};
    const auto range = parse_attribute_range(found->first);
    auto values = std::move(found->second);
    entry.attributes.erase(found);
    auto& all = entry.attributes[range ? range->type : std::string()];
    if (!range || range->first != all.size()) {
      return malformed(fmt::format("gave part of an attribute of {} that nobody asked for",
                                   base::printable(entry.distinguished_name)));
    }
    std::ranges::move(values, std::back_inserter(all));
    if (!range->last) continue;
    auto rest = read(entry.distinguished_name, {fmt::format("{};range={}-*", range->type, *range->last + 1)});
    if (!rest) return tl::unexpected(std::move(rest.error()));
    const bool one = rest->attributes.size() == 1 && has_options(*rest->attributes.begin());
    if (!one || rest->attributes.begin()->second.empty()) {
      return malformed(fmt::format("keeps back values of {} of {}", base::printable(range->type),
                                   base::printable(entry.distinguished_name)));
    }
    entry.attributes.insert(rest->attributes.extract(rest->attributes.begin()));
  }
  return malformed(fmt::format("sent too many values of {}", base::printable(entry.distinguished_name)));
}

}  // namespace casweep::discovery
