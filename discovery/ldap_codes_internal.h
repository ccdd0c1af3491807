// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "discovery/directory_error.h"

namespace casweep::discovery {

/// What an LDAP resultCode (RFC 4511 4.1.9) or libldap's own negative code means. The sentence is a format of {fmt}
/// with the arguments `server`, `principal`, `diagnostic` and `meaning`, which is libldap's text about the code.
struct LdapCode {
  int result;
  DirectoryErrorKind kind;
  std::string_view sentence;
};

/// All codes that have a sentence of their own.
[[nodiscard]] std::span<const LdapCode> ldap_codes();

/// Why Active Directory refuses a bind.
struct LogonRefusal {
  std::string_view data;  ///< what it puts into the diagnostic text: a Win32 error in hexadecimal, e.g. "data 52e,"
  std::string_view meaning;
};

[[nodiscard]] std::span<const LogonRefusal> logon_refusals();

}  // namespace casweep::discovery
