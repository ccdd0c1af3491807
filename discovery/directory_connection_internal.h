// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/time.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "discovery/account.h"
#include "discovery/directory.h"
#include "discovery/directory_entry.h"
#include "discovery/directory_error.h"
#include "discovery/directory_server_internal.h"

struct ldap;

namespace casweep::discovery {

/// An LDAPv3 connection to one domain controller. Every call blocks for at most the timeout of its steps, whatever the
/// server does; referrals are not followed, aliases not dereferenced, and nothing is read from ldap.conf.
/// After any error the connection is of no more use.
class DirectoryConnection {
 public:
  /// TCP and then, as the scheme or `options.start_tls` says, TLS with the server's certificate verified.
  [[nodiscard]] static tl::expected<DirectoryConnection, DirectoryError> open(const DirectoryServer& server,
                                                                              const DirectoryOptions& options);

  /// Proves who `account` is. Kerberos: SASL GSSAPI, signed and sealed unless TLS does so. NTLM: simple bind, and only
  /// inside TLS: without it nothing is sent.
  [[nodiscard]] tl::expected<void, DirectoryError> bind(const Account& account);

  /// The one entry `distinguished_name` (the rootDSE if empty).
  [[nodiscard]] tl::expected<DirectoryEntry, DirectoryError> read(const std::string& distinguished_name,
                                                                  const std::vector<std::string>& attributes);

  /// Every entry below `base` that matches, with every value, in pages (RFC 2696); an error if any may be missing.
  [[nodiscard]] tl::expected<std::vector<DirectoryEntry>, DirectoryError> search_subtree(
      const std::string& base, const std::string& filter, const std::vector<std::string>& attributes, int page_size);

  /// What protects the connection after bind(), e.g. "Kerberos sign and seal (256-bit)".
  [[nodiscard]] std::string protection() const;

  [[nodiscard]] const DirectoryServer& server() const { return server_; }

 private:
  struct Unbind {
    void operator()(ldap* handle) const noexcept;
  };
  struct Query;
  struct Page;

  DirectoryConnection(DirectoryServer server, std::chrono::milliseconds timeout)
      : server_(std::move(server)), timeout_(timeout) {}

  [[nodiscard]] static tl::expected<DirectoryConnection, DirectoryError> connect(const DirectoryServer& server,
                                                                                 const DirectoryOptions& options);

  [[nodiscard]] tl::expected<void, DirectoryError> start_tls(const std::string& ca_cert, bool verify);
  [[nodiscard]] tl::expected<void, DirectoryError> bind_with_kerberos(const Account& account);
  [[nodiscard]] tl::expected<void, DirectoryError> bind_with_password(const Account& account);
  [[nodiscard]] tl::expected<Page, DirectoryError> search_page(const Query& query);
  [[nodiscard]] tl::expected<void, DirectoryError> complete_ranges(DirectoryEntry& entry);
  void begin_step();
  [[nodiscard]] timeval time_left() const;
  [[nodiscard]] tl::unexpected<DirectoryError> result_failure() const;
  [[nodiscard]] tl::unexpected<DirectoryError> failure(int result) const;
  [[nodiscard]] tl::unexpected<DirectoryError> failure(int result, const std::string& diagnostic) const;
  [[nodiscard]] tl::unexpected<DirectoryError> malformed(const std::string& what) const;

  DirectoryServer server_;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<std::chrono::steady_clock::time_point> deadline_ =
      std::make_unique<std::chrono::steady_clock::time_point>();  ///< of the step under way; outlives `ldap_`
  std::unique_ptr<ldap, Unbind> ldap_;
  std::string principal_ = "this account";  ///< as bound; for messages
  bool tls_ = false;
  std::string logon_;  ///< "Kerberos" or "simple bind", once bound
};

}  // namespace casweep::discovery
