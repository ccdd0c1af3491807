// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

#include "discovery/directory_error.h"

namespace casweep::discovery {

/// The meaning of an LDAP resultCode (RFC 4511 4.1.9) or of libldap's own negative code. The sentence is a {fmt} format
/// with the arguments `server`, `principal`, `diagnostic` and `meaning`, which is libldap's text about the code.
struct LdapCode {
  int result;
  DirectoryErrorKind kind;
  std::string_view sentence;
};

/// All codes with a sentence.
[[nodiscard]] std::span<const LdapCode> ldap_codes();

/// Why Active Directory refuses a bind.
struct LogonRefusal {
  std::string_view data;  ///< its part of the diagnostic text: a Win32 error in hexadecimal, e.g. "data 52e,"
  std::string_view meaning;
};

[[nodiscard]] std::span<const LogonRefusal> logon_refusals();

}  // namespace casweep::discovery
