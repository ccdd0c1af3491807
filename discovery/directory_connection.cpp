// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_connection.h"

#include <ldap.h>
#include <netdb.h>
#include <openldap.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/tcp_address.h"
#include "discovery/ldap_defaults_internal.h"
#include "discovery/ldap_failure_internal.h"
#include "discovery/ldap_library_internal.h"
#include "discovery/ldap_message_internal.h"
#include "discovery/socket_deadline_internal.h"
#include "discovery/tcp_failure_internal.h"

namespace casweep::discovery {

namespace {

using std::chrono::steady_clock;

/// Larger than any answer of a domain controller.
constexpr ber_len_t longest_message = ber_len_t{8} * 1024 * 1024;

/// The time limit of a whole answer, in steps.
constexpr int steps_of_answer = 12;

/// GnuTLS, which Debian's libldap uses, trusts nothing by itself.
constexpr auto system_ca_certificates = "/etc/ssl/certs/ca-certificates.crt";

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

}  // namespace

void DirectoryConnection::Unbind::operator()(ldap* handle) const noexcept { ldap_unbind_ext(handle, nullptr, nullptr); }

tl::unexpected<DirectoryError> DirectoryConnection::failure(int result, const std::string& diagnostic) const {
  const bool broken = result == LDAP_SERVER_DOWN || result == LDAP_CONNECT_ERROR;
  // This side gave up.
  if (deadline_->patience.stop.is_raised()) return tl::unexpected(interrupted_error());
  if (broken && steady_clock::now() >= deadline_->instant) result = LDAP_TIMEOUT;
  // The limit of the whole answer ended the step early.
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

/// The code of the ldap_result() that just returned -1.
tl::unexpected<DirectoryError> DirectoryConnection::result_failure() const {
  return failure(get_option(ldap_.get(), LDAP_OPT_RESULT_CODE, LDAP_SERVER_DOWN));
}

void DirectoryConnection::begin_step() {
  deadline_->instant = std::min(steady_clock::now() + deadline_->patience.time, end_of_all_);
}

DirectoryConnection::WholeAnswer::WholeAnswer(DirectoryConnection& connection)
    : WholeAnswer(connection, steps_of_answer) {}

/// Limits the whole, regardless of the number of its steps, to the time of `steps` steps.
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
  const auto addresses = base::resolve(server.host, options.patience);
  if (!addresses) return tl::unexpected(tcp_failure(addresses.error(), server));
  auto socket = base::connect_tcp(*addresses, server.port, options.patience);
  if (!socket) return tl::unexpected(tcp_failure(socket.error(), server));

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

  // libldap does not distinguish an untrusted certificate from a failed handshake. If a second handshake without
  // verification, used only for this test, succeeds, then the certificate was the cause.
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
    // A refused StartTLS or a broken handshake concerns the protection, regardless of the code's usual meaning.
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

/// StartTLS (RFC 4511 4.14) unless the scheme is ldaps, and the handshake. Returns libldap's result.
int DirectoryConnection::negotiate_tls() {
  if (!server_.ldaps) {
    int id = 0;
    if (const int sent = ldap_start_tls(ldap_.get(), nullptr, nullptr, &id); sent != LDAP_SUCCESS) return sent;
    LdapMessage answer;
    const int type = receive(ldap_.get(), id, LDAP_MSG_ALL, *deadline_, answer);
    if (type == 0) return LDAP_TIMEOUT;
    if (type < 0) return get_option(ldap_.get(), LDAP_OPT_RESULT_CODE, LDAP_SERVER_DOWN);
    if (const LdapResult result = parse_result(ldap_.get(), answer.get()); result.code != LDAP_SUCCESS)
      return result.code;
  }
  return ldap_install_tls(ldap_.get());
}

std::string DirectoryConnection::protection() const {
  if (tls_) {
    return fmt::format("{} {}, certificate verified, {}", get_text_option(ldap_.get(), LDAP_OPT_X_TLS_VERSION),
                       get_text_option(ldap_.get(), LDAP_OPT_X_TLS_CIPHER), logon_);
  }
  if (logon_.empty()) return "none";
  return fmt::format("{} sign and seal ({}-bit)", logon_, gssapi_ ? gssapi_->key_bits() : 0);
}

}  // namespace casweep::discovery
