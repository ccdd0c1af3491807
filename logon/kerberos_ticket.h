// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "base/patience.h"
#include "base/private_directory.h"
#include "base/secret.h"
#include "logon/logon_error.h"

namespace casweep::logon {

/// Samba's library refuses a ticket that ends within this time.
inline constexpr std::chrono::seconds samba_reserve{300};

/// What a command needs of its ticket-granting ticket.
struct TicketNeed {
  base::Patience patience{};           ///< for each exchange with the KDC
  std::chrono::seconds least_life{0};  ///< from now on
  /// DNS name of a domain. An account whose realm is unknown may be named by a userPrincipalName of another suffix; it
  /// is then looked up in this domain. Empty: in none.
  std::string domain{};
};

/// A Kerberos credential cache with a currently valid ticket-granting ticket. A cache that this program filled is a
/// 0600 file in a private 0700 directory, below $XDG_RUNTIME_DIR if it exists, and is removed with the object. (Heimdal
/// opens regular files only, so neither a MEMORY: cache nor a memory file can be shared with it.)
class KerberosTicket {
 public:
  /// The existing cache (KRB5CCNAME or the system's default). Fails if there is none, or if its ticket ends too early
  /// and cannot be renewed. A renewed ticket goes into a private cache, and so do the ticket-granting tickets of a
  /// cache that Samba's Heimdal cannot read (KEYRING:, KCM:, MEMORY:, DIR:).
  [[nodiscard]] static tl::expected<KerberosTicket, LogonError> at_hand(const TicketNeed& need);

  /// The owner of the tickets in that cache, expired or not; empty if there is no cache.
  [[nodiscard]] static std::string owner_at_hand();

  /// A private copy of `ccache` with the ticket-granting tickets, of any realm, and nothing else: Samba's library reads
  /// the entries of a cache several times for each CA, and an operator's cache may hold hundreds of other tickets.
  [[nodiscard]] static tl::expected<KerberosTicket, LogonError> ticket_granting_only(const std::string& ccache);

  /// When the ticket-granting ticket in `ccache` ends; nullopt if there is none.
  [[nodiscard]] static std::optional<std::chrono::sys_seconds> end_of(const std::string& ccache);

  /// Requests a ticket with a password. Tries once: a refused password is never tried again. The realm of `principal`
  /// may be written in lower case.
  [[nodiscard]] static tl::expected<KerberosTicket, LogonError> from_password(const std::string& principal,
                                                                              const base::Secret& password,
                                                                              const TicketNeed& need);

  /// Requests a ticket with the keys of `keytab` (a file name).
  [[nodiscard]] static tl::expected<KerberosTicket, LogonError> from_keytab(const std::string& principal,
                                                                            const std::string& keytab,
                                                                            const TicketNeed& need);

  [[nodiscard]] const std::string& ccache() const { return ccache_; }        ///< "FILE:…"
  [[nodiscard]] const std::string& principal() const { return principal_; }  ///< "user@REALM"

 private:
  template <typename Get>
  [[nodiscard]] static tl::expected<KerberosTicket, LogonError> in_private_cache(const std::string& principal,
                                                                                 const TicketNeed& need, Get get);
  [[nodiscard]] tl::expected<void, LogonError> require_life(std::chrono::seconds least_life) const;

  KerberosTicket(std::string ccache, std::string principal, base::PrivateDirectory directory)
      : ccache_(std::move(ccache)), principal_(std::move(principal)), directory_(std::move(directory)) {}

  std::string ccache_;
  std::string principal_;
  base::PrivateDirectory directory_;  ///< of a private cache; empty for the operator's own
};

}  // namespace casweep::logon
