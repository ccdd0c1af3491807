// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <krb5.h>

#include <string>
#include <string_view>

#include "logon/logon_error.h"

namespace casweep::logon {

/// A Kerberos request, for messages about its failure.
struct KerberosRequest {
  enum class With { cache, password, keytab };
  With with = With::cache;
  std::string principal;  ///< who asked
  std::string source;     ///< the cache's or the keytab's name
  std::string service;    ///< the service of the requested ticket, e.g. "ldap/dc1.corp.example"; empty: a TGT
};

/// What `code` means for `request`; `library_text` is used for a code without its own sentence.
[[nodiscard]] LogonError kerberos_failure(krb5_error_code code, std::string_view library_text,
                                          const KerberosRequest& request);

/// The failure of a request by `principal` that no KDC answered in time.
[[nodiscard]] LogonError kdc_is_silent(std::string_view principal);

}  // namespace casweep::logon
