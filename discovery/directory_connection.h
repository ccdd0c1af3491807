// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "base/octets.h"
#include "discovery/directory.h"
#include "discovery/directory_entry.h"
#include "discovery/directory_error.h"
#include "discovery/directory_server.h"
#include "discovery/sasl_gssapi_internal.h"
#include "discovery/socket_deadline_internal.h"
#include "logon/account.h"

struct ldap;

namespace casweep::discovery {

/// An LDAPv3 connection to one domain controller. `patience` limits each step of a call, and a multiple of it limits
/// the whole call, regardless of the server's behaviour. Referrals are not followed, aliases are not dereferenced, and
/// ldap.conf is not read. After any error except a resultCode of the server, the connection is unusable.
class DirectoryConnection {
 public:
  /// TCP and then, depending on the scheme and `options.start_tls`, TLS with the server's certificate verified.
  [[nodiscard]] static tl::expected<DirectoryConnection, DirectoryError> open(const DirectoryServer& server,
                                                                              const DirectoryOptions& options);

  /// Authenticates `account` and proves the identity of the server. Kerberos: SASL GSSAPI with the service
  /// `ldap/HOST/DOMAIN` for one of `domains`, which only a domain controller has; signed and sealed unless TLS does so.
  /// NTLM: simple bind, and only inside TLS with a certificate that names the host; otherwise nothing is sent. The
  /// host's name must then come from a person, not from DNS.
  [[nodiscard]] tl::expected<void, DirectoryError> bind(const logon::Account& account,
                                                        const std::vector<std::string>& domains = {});

  /// Compares the server's claims (rootDSE: dnsHostName, defaultNamingContext) with what bind() proved. Returns an
  /// error if they differ; call it before using any other answer of the server.
  [[nodiscard]] tl::expected<void, DirectoryError> require_consistent_claims();

  /// The one entry `distinguished_name` (the rootDSE if empty).
  [[nodiscard]] tl::expected<DirectoryEntry, DirectoryError> read(const std::string& distinguished_name,
                                                                  const std::vector<std::string>& attributes);

  /// Every entry below `base` that matches, with every value, in pages (RFC 2696); an error if any may be missing.
  [[nodiscard]] tl::expected<std::vector<DirectoryEntry>, DirectoryError> search_subtree(
      const std::string& base, const std::string& filter, const std::vector<std::string>& attributes, int page_size);

  /// The same for the entries directly below `base`.
  [[nodiscard]] tl::expected<std::vector<DirectoryEntry>, DirectoryError> search_children(
      const std::string& base, const std::string& filter, const std::vector<std::string>& attributes, int page_size);

  /// Every entry directly below `base`, or in its whole subtree, that matches, with each entry's objectGUID from its
  /// extended name (LDAP_SERVER_EXTENDED_DN_OID), which the server must support, and names in attribute values (nCName)
  /// extended as well.
  [[nodiscard]] tl::expected<std::vector<DirectoryEntry>, DirectoryError> search_with_guids(
      const std::string& base, bool whole_subtree, const std::string& filter,
      const std::vector<std::string>& attributes, int page_size);

  /// Passes what search_subtree() finds, or with `with_guids` search_with_guids() in the whole subtree, to `take`, as
  /// each page arrives. `take` returns how much memory it keeps of the entry, which counts towards the limit of the
  /// answer; an error of it ends the search. Entries with more values than a directory sends at once come last. After
  /// an error, entries may be missing.
  using Take = std::function<tl::expected<std::size_t, DirectoryError>(const DirectoryEntry&)>;
  [[nodiscard]] tl::expected<void, DirectoryError> take_subtree(const std::string& base, bool with_guids,
                                                                const std::string& filter,
                                                                const std::vector<std::string>& attributes,
                                                                int page_size, const Take& take);

  /// The directory's answer about the object `object_guid`, anywhere in the directory. A refusal is an answer too; an
  /// error means that no answer came.
  struct LookUp {
    int ldap_result = 0;
    std::vector<DirectoryEntry> entries{};  ///< 0 or 1 from a server that follows the protocol
  };
  [[nodiscard]] tl::expected<LookUp, DirectoryError> look_up(const base::ObjectGuid& object_guid,
                                                             const std::vector<std::string>& attributes);
  [[nodiscard]] tl::expected<LookUp, DirectoryError> look_up(const std::string& distinguished_name,
                                                             const std::vector<std::string>& attributes);

  /// Passes each matching entry below `base` to `visit` as its page arrives, so that memory does not grow with their
  /// number; an error of `visit` ends the search. Other partitions below `base`, such as child domains, are not
  /// searched (LDAP_SERVER_DOMAIN_SCOPE_OID, [MS-ADTS] 3.1.1.3.4.1). For single-valued attributes only: others may be
  /// incomplete. After an error, entries may be missing.
  [[nodiscard]] tl::expected<void, DirectoryError> visit_subtree(
      const std::string& base, const std::string& filter, const std::vector<std::string>& attributes, int page_size,
      const std::function<tl::expected<void, DirectoryError>(const DirectoryEntry&)>& visit);

  /// During its lifetime, all requests of the connection count as one answer: they share one time limit and one memory
  /// limit, which otherwise apply to each call. May be nested; the outermost one counts.
  class [[nodiscard]] WholeAnswer {
   public:
    explicit WholeAnswer(DirectoryConnection& connection);
    ~WholeAnswer();
    WholeAnswer(const WholeAnswer&) = delete;
    WholeAnswer& operator=(const WholeAnswer&) = delete;

   private:
    friend class DirectoryConnection;
    WholeAnswer(DirectoryConnection& connection, int steps);

    DirectoryConnection& connection_;
    std::chrono::steady_clock::time_point outer_end_;
  };

  /// The protection of the connection after bind(), e.g. "Kerberos sign and seal (256-bit)".
  [[nodiscard]] std::string protection() const;

  /// Whether the logon of bind() is valid inside this TLS connection only (RFC 5929 tls-server-end-point).
  [[nodiscard]] bool is_bound_to_tls() const { return bound_to_tls_; }

  [[nodiscard]] const DirectoryServer& server() const { return server_; }

  /// Which server this is; its name is empty before bind(), and its claim before require_consistent_claims().
  [[nodiscard]] const ServerIdentity& identity() const { return identity_; }

 private:
  struct Unbind {
    void operator()(ldap* handle) const noexcept;
  };
  struct Query;
  struct Page;

  DirectoryConnection(DirectoryServer server, const base::Patience& patience)
      : server_(std::move(server)), deadline_(new SocketDeadline{{}, patience}) {}

  [[nodiscard]] static tl::expected<DirectoryConnection, DirectoryError> connect(const DirectoryServer& server,
                                                                                 const DirectoryOptions& options);

  [[nodiscard]] tl::expected<void, DirectoryError> start_tls(const std::string& ca_cert, bool verify);
  [[nodiscard]] tl::expected<void, DirectoryError> bind_with_kerberos(const logon::Account& account,
                                                                      const std::vector<std::string>& domains);
  [[nodiscard]] tl::expected<void, DirectoryError> bind_with_password(const logon::Account& account);
  [[nodiscard]] tl::expected<Page, DirectoryError> search_page(const Query& query);
  [[nodiscard]] tl::expected<void, DirectoryError> search_pages(
      Query query, const std::function<tl::expected<void, DirectoryError>(Page&)>& take);
  [[nodiscard]] tl::expected<std::vector<DirectoryEntry>, DirectoryError> search(Query query);
  [[nodiscard]] tl::expected<void, DirectoryError> complete_ranges(DirectoryEntry& entry);
  [[nodiscard]] tl::expected<int, DirectoryError> receive_bind_result(int id, std::string& challenge);
  [[nodiscard]] base::Octets peer_certificate() const;
  void begin_step();
  [[nodiscard]] int negotiate_tls();
  [[nodiscard]] tl::unexpected<DirectoryError> result_failure() const;
  [[nodiscard]] tl::unexpected<DirectoryError> failure(int result) const;
  [[nodiscard]] tl::unexpected<DirectoryError> failure(int result, const std::string& diagnostic) const;
  [[nodiscard]] tl::unexpected<DirectoryError> malformed(const std::string& what) const;

  DirectoryServer server_;
  std::unique_ptr<SocketDeadline> deadline_;  ///< of the current step; outlives `ldap_`
  std::chrono::steady_clock::time_point end_of_all_ = std::chrono::steady_clock::time_point::max();  ///< of an answer
  std::size_t kept_memory_ = 0;         ///< by the data received for the current answer
  std::unique_ptr<SaslGssapi> gssapi_;  ///< seals the data that `ldap_` sends, and outlives it
  std::unique_ptr<ldap, Unbind> ldap_;
  std::string principal_ = "this account";  ///< as bound; for messages
  bool tls_ = false;
  bool bound_to_tls_ = false;
  std::string logon_;  ///< "Kerberos" or "simple bind", once bound
  ServerIdentity identity_;
  std::string proven_domain_;  ///< by Kerberos; empty: not
};

}  // namespace casweep::discovery
