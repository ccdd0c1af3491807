// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_connection_internal.h"

#include <ldap.h>
#include <openldap.h>
#include <sasl/sasl.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "discovery/attribute_range_internal.h"
#include "discovery/bounded_call_internal.h"
#include "discovery/extended_name_internal.h"
#include "discovery/kerberos_failure_internal.h"
#include "discovery/kerberos_service_ticket.h"
#include "discovery/ldap_defaults_internal.h"
#include "discovery/ldap_failure_internal.h"
#include "discovery/ldap_text_internal.h"
#include "discovery/printable_internal.h"
#include "discovery/socket_deadline_internal.h"
#include "discovery/tcp_connection_internal.h"

namespace casweep::discovery {

namespace {

using std::chrono::steady_clock;

/// What no forest comes near. A server that goes on for ever meets them instead of this host's memory.
constexpr ber_len_t longest_message = ber_len_t{16} * 1024 * 1024;
constexpr std::size_t most_octets = std::size_t{256} * 1024 * 1024;
constexpr std::size_t most_entries = 100'000;
constexpr std::size_t most_pages = 10'000;
constexpr std::size_t most_ranges = 1'000;

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

/// GSSAPI takes everything from the credential cache; whatever else SASL asks for gets its default.
int answer_nothing(LDAP* /*handle*/, unsigned /*flags*/, void* /*defaults*/, void* prompts) {
  for (auto* prompt = static_cast<sasl_interact_t*>(prompts); prompt->id != SASL_CB_LIST_END; ++prompt) {
    prompt->result = "";
    prompt->len = 0;
  }
  return LDAP_SUCCESS;
}

/// KRB5CCNAME for as long as it lives: libldap has no other way to tell SASL's GSSAPI which cache to use.
class CredentialCacheInEnvironment {
 public:
  explicit CredentialCacheInEnvironment(const std::string& ccache) {
    if (const char* value = std::getenv(name)) before_ = value;
    setenv(name, ccache.c_str(), 1);
  }
  CredentialCacheInEnvironment(const CredentialCacheInEnvironment&) = delete;
  CredentialCacheInEnvironment& operator=(const CredentialCacheInEnvironment&) = delete;
  ~CredentialCacheInEnvironment() {
    if (before_) {
      setenv(name, before_->c_str(), 1);
    } else {
      unsetenv(name);
    }
  }

 private:
  static constexpr auto name = "KRB5CCNAME";
  std::optional<std::string> before_;
};

/// The entry in `message`; nullopt if it does not decode.
std::optional<DirectoryEntry> parse_entry(ldap* handle, LDAPMessage* message) {
  BerElement* made = nullptr;
  berval name{};
  if (ldap_get_dn_ber(handle, message, &made, &name) != LDAP_SUCCESS) return std::nullopt;
  const std::unique_ptr<BerElement, FreeBer> ber(made);
  DirectoryEntry entry{.distinguished_name = text_of(name), .attributes = {}};
  for (;;) {
    berval description{};
    berval* values = nullptr;
    if (ldap_get_attribute_ber(handle, message, ber.get(), &description, &values) != LDAP_SUCCESS) return std::nullopt;
    const std::unique_ptr<berval, FreeValues> owned(values);
    if (description.bv_val == nullptr) return entry;
    auto& octets = entry.attributes[text_of(description)];
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

std::size_t octets_in(const DirectoryEntry& entry) {
  std::size_t octets = entry.distinguished_name.size();
  for (const auto& [description, values] : entry.attributes) {
    octets += description.size();
    for (const auto& value : values) octets += value.size() + sizeof(Octets);
  }
  return octets;
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
};

struct DirectoryConnection::Page {
  std::vector<DirectoryEntry> entries;
  std::size_t octets = 0;
  std::string cookie;  ///< empty: the last page
};

void DirectoryConnection::Unbind::operator()(ldap* handle) const noexcept { ldap_unbind_ext(handle, nullptr, nullptr); }

tl::unexpected<DirectoryError> DirectoryConnection::failure(int result, const std::string& diagnostic) const {
  const bool broken = result == LDAP_SERVER_DOWN || result == LDAP_CONNECT_ERROR;
  // It was this side that gave up.
  if (deadline_->patience.is_interrupted()) return tl::unexpected(interrupted_error());
  if (broken && steady_clock::now() >= deadline_->instant) result = LDAP_TIMEOUT;
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

void DirectoryConnection::begin_step() { deadline_->instant = steady_clock::now() + deadline_->patience.time; }

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
  static_cast<void>(socket->release());  // the Sockbuf closes it now
  ber_len_t longest = longest_message;
  ber_sockbuf_ctrl(sockbuf, LBER_SB_OPT_SET_MAX_INCOMING, &longest);

  const int version = LDAP_VERSION3;
  const int never = LDAP_DEREF_NEVER;
  ldap_set_option(handle, LDAP_OPT_PROTOCOL_VERSION, &version);
  ldap_set_option(handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  ldap_set_option(handle, LDAP_OPT_DEREF, &never);
  ldap_set_option(handle, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON);
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
  const int tls_endpoint = LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT;
  const bool set = ldap_set_option(ldap_.get(), LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) == LDAP_OPT_SUCCESS &&
                   ldap_set_option(ldap_.get(), LDAP_OPT_X_TLS_PROTOCOL_MIN, &tls_1_2) == LDAP_OPT_SUCCESS &&
                   ldap_set_option(ldap_.get(), LDAP_OPT_X_SASL_CBINDING, &tls_endpoint) == LDAP_OPT_SUCCESS &&
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

tl::expected<void, DirectoryError> DirectoryConnection::bind(const Account& account) {
  principal_ = account.principal;
  return account.logon == Logon::kerberos ? bind_with_kerberos(account) : bind_with_password(account);
}

tl::expected<void, DirectoryError> DirectoryConnection::bind_with_kerberos(const Account& account) {
  const auto ticket = bounded_call(
      [&]() -> tl::expected<std::string, DirectoryError> {
        auto obtained = obtain_service_ticket(account.ccache, "ldap", server_.host);
        if (!obtained) return tl::unexpected(std::move(obtained.error()));
        return std::string();
      },
      deadline_->patience, kdc_is_silent(account.principal));
  if (!ticket) return tl::unexpected(ticket.error());

  // Active Directory allows no SASL layer inside TLS ([MS-ADTS] 5.1.2.1).
  const std::string properties =
      tls_ ? "noanonymous,noplain,minssf=0,maxssf=0" : fmt::format("noanonymous,noplain,minssf={}", least_sasl_ssf);
  if (const int set = ldap_set_option(ldap_.get(), LDAP_OPT_X_SASL_SECPROPS, properties.c_str());
      set != LDAP_OPT_SUCCESS) {
    return failure(set);
  }
  const CredentialCacheInEnvironment environment(account.ccache);
  begin_step();
  const char* mechanism = nullptr;
  Message answer;
  int id = 0;
  int result = LDAP_SASL_BIND_IN_PROGRESS;
  for (;;) {
    result = ldap_sasl_interactive_bind(ldap_.get(), nullptr, "GSSAPI", nullptr, nullptr, LDAP_SASL_QUIET,
                                        answer_nothing, nullptr, answer.get(), &mechanism, &id);
    if (result != LDAP_SASL_BIND_IN_PROGRESS) break;
    const int type = receive(ldap_.get(), id, LDAP_MSG_ALL, *deadline_, answer);
    if (type == 0) return failure(LDAP_TIMEOUT);
    if (type < 0) return result_failure();
  }
  if (result != LDAP_SUCCESS) return failure(result);

  const auto ssf = get_option<ber_len_t>(ldap_.get(), LDAP_OPT_X_SASL_SSF, 0);
  if (!tls_ && ssf < least_sasl_ssf) return failure(LDAP_AUTH_UNKNOWN, "no sign and seal was agreed");
  logon_ = "Kerberos";
  return {};
}

tl::expected<void, DirectoryError> DirectoryConnection::bind_with_password(const Account& account) {
  if (!tls_) {
    return tl::unexpected(DirectoryError{
        DirectoryErrorKind::protection_refused,
        fmt::format("Without Kerberos the password would cross the network to {} unprotected, so nothing was sent; use "
                    "ldaps://, StartTLS or Kerberos.",
                    server_.uri())});
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
  Message answer;
  const int type = receive(ldap_.get(), id, LDAP_MSG_ALL, *deadline_, answer);
  if (type == 0) return failure(LDAP_TIMEOUT);
  if (type < 0) return result_failure();
  const Result result = parse_result(ldap_.get(), answer.get());
  if (result.code != LDAP_SUCCESS) return failure(result.code, result.diagnostic);
  logon_ = "simple bind";
  return {};
}

std::string DirectoryConnection::protection() const {
  if (tls_) {
    return fmt::format("{} {}, certificate verified, {}", get_text_option(ldap_.get(), LDAP_OPT_X_TLS_VERSION),
                       get_text_option(ldap_.get(), LDAP_OPT_X_TLS_CIPHER), logon_);
  }
  if (logon_.empty()) return "none";
  return fmt::format("{} sign and seal ({}-bit)", logon_, get_option<ber_len_t>(ldap_.get(), LDAP_OPT_X_SASL_SSF, 0));
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
        auto entry = parse_entry(ldap_.get(), message.get());
        if (!entry) return failure(LDAP_DECODING_ERROR, "");
        if (query.with_guids) take_guid_out_of_name(*entry);
        page.octets += octets_in(*entry);
        page.entries.push_back(std::move(*entry));
        if (page.entries.size() > most_entries || page.octets > most_octets)
          return malformed("sends entries without end");
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
  auto page = search_page({.base = distinguished_name,
                           .scope = LDAP_SCOPE_BASE,
                           .filter = "(objectClass=*)",
                           .attributes = attributes,
                           .page_size = 0,
                           .cookie = {},
                           .one_partition_only = false,
                           .with_guids = false});
  if (!page) return tl::unexpected(std::move(page.error()));
  if (page->entries.size() != 1) return malformed(fmt::format("gave {} entries for one", page->entries.size()));
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
  return malformed("sends pages without end");
}

tl::expected<std::vector<DirectoryEntry>, DirectoryError> DirectoryConnection::search(Query query) {
  std::vector<DirectoryEntry> entries;
  std::size_t octets = 0;
  const auto searched = search_pages(std::move(query), [&](Page& page) -> tl::expected<void, DirectoryError> {
    octets += page.octets;
    std::ranges::move(page.entries, std::back_inserter(entries));
    if (entries.size() > most_entries || octets > most_octets) return malformed("sends entries without end");
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
    const ObjectGuid& object_guid, const std::vector<std::string>& attributes) {
  return look_up("<GUID=" + object_guid.to_string() + ">", attributes);  // [MS-ADTS] 3.1.1.3.1.2.4
}

tl::expected<DirectoryConnection::LookUp, DirectoryError> DirectoryConnection::look_up(
    const std::string& distinguished_name, const std::vector<std::string>& attributes) {
  auto page = search_page({.base = distinguished_name,
                           .scope = LDAP_SCOPE_BASE,
                           .filter = "(objectClass=*)",
                           .attributes = attributes,
                           .page_size = 0,
                           .cookie = {},
                           .one_partition_only = false,
                           .with_guids = false});
  // A resultCode of the server's is positive; libldap's own codes, for what broke on the way, are negative.
  if (!page && page.error().ldap_result > 0) return LookUp{.ldap_result = page.error().ldap_result};
  if (!page) return tl::unexpected(std::move(page.error()));
  for (auto& entry : page->entries) {
    if (auto completed = complete_ranges(entry); !completed) return tl::unexpected(std::move(completed.error()));
  }
  return LookUp{.entries = std::move(page->entries)};
}

tl::expected<void, DirectoryError> DirectoryConnection::visit_subtree(
    const std::string& base, const std::string& filter, const std::vector<std::string>& attributes, int page_size,
    const std::function<tl::expected<void, DirectoryError>(const DirectoryEntry&)>& visit) {
  auto query = Query::paged(base, LDAP_SCOPE_SUBTREE, filter, attributes, page_size);
  query.one_partition_only = true;
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
      return malformed(
          fmt::format("gave part of an attribute of {} that nobody asked for", printable(entry.distinguished_name)));
    }
    std::ranges::move(values, std::back_inserter(all));
    if (!range->last) continue;
    auto rest = read(entry.distinguished_name, {fmt::format("{};range={}-*", range->type, *range->last + 1)});
    if (!rest) return tl::unexpected(std::move(rest.error()));
    const bool one = rest->attributes.size() == 1 && has_options(*rest->attributes.begin());
    if (!one || rest->attributes.begin()->second.empty()) {
      return malformed(
          fmt::format("keeps back values of {} of {}", printable(range->type), printable(entry.distinguished_name)));
    }
    entry.attributes.insert(rest->attributes.extract(rest->attributes.begin()));
  }
  return malformed(fmt::format("sends values of {} without end", printable(entry.distinguished_name)));
}

}  // namespace casweep::discovery
