// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <krb5.h>

#include <span>
#include <string_view>

#include "logon/logon_error.h"

namespace casweep::logon {

/// The meaning of a Kerberos code. The sentences are {fmt} formats with the arguments `principal`, `source`, `service`
/// and `library`.
struct KerberosCode {
  krb5_error_code code;
  LogonErrorKind kind;
  std::string_view sentence;       ///< empty: the code means this only with a keytab
  std::string_view with_keytab{};  ///< empty: `sentence`
};

/// All codes with a sentence.
[[nodiscard]] std::span<const KerberosCode> kerberos_codes();

/// The codes that have another meaning if a ticket for a service was requested. The KDC then refuses the service of a
/// host, and not the account.
[[nodiscard]] std::span<const KerberosCode> kerberos_service_codes();

}  // namespace casweep::logon
