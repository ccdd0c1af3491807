// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <krb5.h>

#include <string>
#include <string_view>

#include "discovery/directory_error.h"

namespace casweep::discovery {

/// What was asked of Kerberos, so that one code can be told in the right words.
struct KerberosRequest {
  enum class With { cache, password, keytab };
  With with = With::cache;
  std::string principal;  ///< who asked
  std::string source;     ///< the cache's or the keytab's name
  std::string service;    ///< the service a ticket was wanted for, e.g. "ldap/dc1.corp.example"; empty: a TGT
};

/// `code` of RFC 4120 7.5.9 or of MIT's library, told for `request`; `library_text` is used where nothing better is
/// known.
[[nodiscard]] DirectoryError kerberos_failure(krb5_error_code code, std::string_view library_text,
                                              const KerberosRequest& request);

/// The failure of whoever had no more patience with the KDCs of the realm of `principal`.
[[nodiscard]] DirectoryError kdc_is_silent(std::string_view principal);

}  // namespace casweep::discovery
