// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

#include "base/patience.h"
#include "base/private_directory.h"
#include "base/secret.h"
#include "logon/logon_error.h"

namespace casweep::logon {

/// A Kerberos credential cache with a currently valid ticket-granting ticket. A cache that this program filled is a
/// 0600 file in a private 0700 directory, below $XDG_RUNTIME_DIR if it exists, and is removed with the object. (Heimdal
/// opens regular files only, so neither a MEMORY: cache nor a memory file can be shared with it.)
class KerberosTicket {
 public:
  /// The existing cache (KRB5CCNAME or the system's default). Fails if there is none, or if its ticket has expired.
  /// A cache that Samba's Heimdal cannot read (KEYRING:, KCM:, MEMORY:, DIR:) is copied into a private one.
  [[nodiscard]] static tl::expected<KerberosTicket, LogonError> at_hand();

  /// The owner of the tickets in that cache, expired or not; empty if there is no cache.
  [[nodiscard]] static std::string owner_at_hand();

  /// Requests a ticket with a password. Tries once: a refused password is never tried again.
  [[nodiscard]] static tl::expected<KerberosTicket, LogonError> from_password(const std::string& principal,
                                                                              const base::Secret& password,
                                                                              const base::Patience& patience);

  /// Requests a ticket with the keys of `keytab` (a file name).
  [[nodiscard]] static tl::expected<KerberosTicket, LogonError> from_keytab(const std::string& principal,
                                                                            const std::string& keytab,
                                                                            const base::Patience& patience);

  [[nodiscard]] const std::string& ccache() const { return ccache_; }        ///< "FILE:…"
  [[nodiscard]] const std::string& principal() const { return principal_; }  ///< "user@REALM"

 private:
  template <typename Get>
  [[nodiscard]] static tl::expected<KerberosTicket, LogonError> in_private_cache(const std::string& principal,
                                                                                 const base::Patience& patience,
                                                                                 Get get);

  KerberosTicket(std::string ccache, std::string principal, base::PrivateDirectory directory)
      : ccache_(std::move(ccache)), principal_(std::move(principal)), directory_(std::move(directory)) {}

  std::string ccache_;
  std::string principal_;
  base::PrivateDirectory directory_;  ///< of a private cache; empty for the operator's own
};

}  // namespace casweep::logon
