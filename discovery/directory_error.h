// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "logon/logon_error.h"

namespace casweep::discovery {

/// Why the directory could not be queried, or why its answer cannot be relied on.
enum class DirectoryErrorKind {
  options_unusable,   ///< a server's URI, a file or an account as given; nothing was sent
  unreachable,        ///< no domain controller answered
  kdc_unreachable,    ///< no KDC answered; another domain controller would not help
  name_not_resolved,  ///< the domain has no SRV record, or the server's name no address
  timed_out,
  certificate_untrusted,   ///< TLS: chain, name or validity
  credentials_refused,     ///< the directory or the KDC refused the account
  server_unproven,         ///< it is not proven to be the intended domain controller
  kerberos_failed,         ///< no ticket or key, an expired one, clock skew, unknown service
  protection_refused,      ///< sign-and-seal or TLS could not be agreed
  container_missing,       ///< no Enrollment Services container: AD CS was never installed, or it is hidden
  listing_truncated,       ///< a size, time or administrative limit cut the listing
  referral,                ///< part of the answer lies on another server
  no_enrollment_services,  ///< the container exists and shows no CA
  interrupted,             ///< a signal ended the waiting
  malformed_answer,        ///< rootDSE or an entry lacks something that every directory provides
};

[[nodiscard]] std::span<const DirectoryErrorKind> all_directory_error_kinds();

/// Stable word of a kind, e.g. "listing-truncated".
[[nodiscard]] std::string_view word_of(DirectoryErrorKind kind);

/// A failed sweep: nothing was learned about any CA.
struct DirectoryError {
  DirectoryErrorKind kind;
  std::string message;  ///< one sentence for a person, with what to do next; never a credential
  int ldap_result = 0;  ///< LDAP resultCode or libldap's own (negative) code; 0 if LDAP was not reached
};

/// The same failure as a directory error: without a ticket the directory cannot be queried.
[[nodiscard]] DirectoryError directory_error_of(const logon::LogonError& error);

/// OpenLDAP's client library, without which no directory can be queried, cannot be loaded, or lacks a function. The
/// text is one sentence for a person.
class LdapLibraryMissing : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[nodiscard]] DirectoryError interrupted_error();

/// For a casweep process that queried the network and crashed.
[[nodiscard]] DirectoryError crashed_error();

}  // namespace casweep::discovery
