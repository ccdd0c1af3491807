// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <krb5.h>

#include <span>
#include <string_view>

#include "logon/logon_error.h"

namespace casweep::logon {

/// The meaning of a Kerberos code. The sentences are {fmt} formats with the arguments `principal`, `source`, `service`
/// and `library`; if a special sentence is empty, `sentence` is used.
struct KerberosCode {
  krb5_error_code code;
  LogonErrorKind kind;
  std::string_view sentence;  ///< empty: the code means this only with a keytab
  std::string_view with_keytab{};
  std::string_view for_service{};  ///< for a service ticket instead of a ticket-granting ticket
};

/// All codes with a sentence.
[[nodiscard]] std::span<const KerberosCode> kerberos_codes();

}  // namespace casweep::logon
