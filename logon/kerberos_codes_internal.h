// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <krb5.h>

#include <span>
#include <string_view>

#include "logon/logon_error.h"

namespace casweep::logon {

/// What a code of Kerberos means. The sentences are formats of {fmt} with the arguments `principal`, `source`,
/// `service` and `library`; an empty one is no other than `sentence`.
struct KerberosCode {
  krb5_error_code code;
  LogonErrorKind kind;
  std::string_view sentence;  ///< empty: the code means this only with a keytab
  std::string_view with_keytab{};
  std::string_view for_service{};  ///< if a ticket for a service was wanted, and not a ticket-granting ticket
};

/// All codes that have a sentence of their own.
[[nodiscard]] std::span<const KerberosCode> kerberos_codes();

}  // namespace casweep::logon
