// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/ldap_failure_internal.h"

#include <ldap.h>

#include <array>

#include <fmt/format.h>

#include "base/printable.h"

namespace casweep::discovery {

namespace {

using Kind = DirectoryErrorKind;

struct LogonRefusal {
  std::string_view data;
  std::string_view meaning;
};

/// Why Active Directory refuses a bind, by the number it puts into the diagnostic text: a Win32 error in hexadecimal.
constexpr std::array<LogonRefusal, 9> logon_refusals = {{
    {"data 525,", "it knows no such account; check the name"},
    {"data 52e,",
     "the password is wrong or the account is not known; it was tried once, so check it before the account "
     "is locked out"},
    {"data 530,", "the account may not log on at this time; scan within its logon hours"},
    {"data 531,", "the account may not log on from this host; have its workstations list changed"},
    {"data 532,", "the password has expired; change it"},
    {"data 533,", "the account is disabled; have it enabled"},
    {"data 701,", "the account has expired; have it renewed"},
    {"data 773,", "the password must be changed before the first logon; change it"},
    {"data 775,", "the account is locked out; have it unlocked"},
}};

/// SEC_E_BAD_BINDINGS: the server requires a channel binding ([MS-ADTS] 5.1.1.1, KB4520412) and got none it accepts.
constexpr std::string_view bad_bindings = "80090346";

DirectoryError refused_bind(std::string_view diagnostic, const std::string& server, const std::string& principal) {
  if (diagnostic.find(bad_bindings) != std::string_view::npos) {
    return {Kind::protection_refused,
            fmt::format("{} requires channel binding on TLS and did not accept this host's; use ldap:// with Kerberos, "
                        "which signs and seals.",
                        server)};
  }
  for (const auto& refusal : logon_refusals) {
    if (diagnostic.find(refusal.data) != std::string_view::npos) {
      return {Kind::credentials_refused, fmt::format("{} refused {}: {}.", server, principal, refusal.meaning)};
    }
  }
  return {Kind::credentials_refused,
          fmt::format("{} refused {} ({}); check the account.", server, principal, base::printable(diagnostic))};
}

DirectoryError told(int result, std::string_view diagnostic, const std::string& server, const std::string& principal) {
  switch (result) {
    case LDAP_SERVER_DOWN:
    case LDAP_CONNECT_ERROR:
      return {Kind::unreachable,
              fmt::format("{} closed the connection; check that it is a domain controller, and its log.", server)};
    case LDAP_TIMEOUT:
      return {Kind::timed_out, fmt::format("{} did not answer in time; try another server.", server)};
    case LDAP_BUSY:
    case LDAP_UNAVAILABLE:
      return {Kind::unreachable, fmt::format("{} is busy or shutting down ({}); try again later or another server.",
                                             server, base::printable(diagnostic))};
    case LDAP_INVALID_CREDENTIALS:
      return refused_bind(diagnostic, server, principal);
    case LDAP_INSUFFICIENT_ACCESS:
      return {Kind::credentials_refused,
              fmt::format("{} does not let {} read what was asked for; use an account that may.", server, principal)};
    case LDAP_STRONG_AUTH_REQUIRED:
    case LDAP_CONFIDENTIALITY_REQUIRED:
      return {Kind::protection_refused,
              fmt::format("{} demands a better protected connection; use Kerberos on ldap://, or ldaps://.", server)};
    case LDAP_AUTH_METHOD_NOT_SUPPORTED:
    case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_AUTH_UNKNOWN:
      return {Kind::protection_refused,
              fmt::format(
                  "{} and this host agree on no way to log on that is protected well enough ({}); enable AES for the "
                  "domain controller.",
                  server, base::printable(diagnostic))};
    case LDAP_LOCAL_ERROR:
      return {Kind::kerberos_failed, fmt::format("Kerberos with {} failed ({}); run kinit, then scan again.", server,
                                                 base::printable(diagnostic))};
    case LDAP_SIZELIMIT_EXCEEDED:
    case LDAP_TIMELIMIT_EXCEEDED:
    case LDAP_ADMINLIMIT_EXCEEDED:
      return {Kind::listing_truncated,
              fmt::format("{} cut its answer short ({}); have its limit raised or ask another server.", server,
                          ldap_err2string(result))};
    case LDAP_REFERRAL:
    case LDAP_PARTIAL_RESULTS:
      return {Kind::referral,
              fmt::format("{} refers to another server; name a domain controller of the forest that is asked about.",
                          server)};
    case LDAP_NO_SUCH_OBJECT:
      return {
          Kind::container_missing,
          fmt::format("{} shows no such container; either it was never made or {} may not see it.", server, principal)};
    default:
      return {
          Kind::malformed_answer,
          fmt::format("{} gave an answer that cannot be relied on: {} ({}{}{}); check that it is a domain controller.",
                      server, ldap_err2string(result), result, diagnostic.empty() ? "" : ", ",
                      base::printable(diagnostic))};
  }
}

}  // namespace

DirectoryError ldap_failure(int result, std::string_view diagnostic, const std::string& server,
                            const std::string& principal) {
  DirectoryError error = told(result, diagnostic, server, principal);
  error.ldap_result = result;
  return error;
}

}  // namespace casweep::discovery
