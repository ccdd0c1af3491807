// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/ldap_failure_internal.h"

#include <ldap.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/printable.h"
#include "discovery/ldap_codes_internal.h"
#include "discovery/ldap_library_internal.h"

namespace casweep::discovery {

namespace {

using Kind = DirectoryErrorKind;

/// SEC_E_BAD_BINDINGS: the server requires a channel binding ([MS-ADTS] 5.1.1.1, KB4520412) and received no acceptable
/// one.
constexpr std::string_view bad_bindings = "80090346";

/// ERROR_INVALID_PARAMETER: the token of the logon was not acceptable, for example without a channel binding.
constexpr std::string_view invalid_parameter = "data 57,";

DirectoryError refused_bind(std::string_view diagnostic, const std::string& server, const std::string& principal) {
  if (diagnostic.find(bad_bindings) != std::string_view::npos) {
    return {Kind::protection_refused,
            fmt::format("{} requires channel binding on TLS and did not accept this host's; use ldap:// with Kerberos, "
                        "which signs and seals.",
                        server)};
  }
  if (diagnostic.find(invalid_parameter) != std::string_view::npos) {
    return {Kind::protection_refused,
            fmt::format("{} rejected the logon itself as invalid (data 57) and not the account, as servers do that "
                        "require channel binding or signing; use ldap:// with Kerberos, which signs and seals.",
                        server)};
  }
  for (const auto& refusal : logon_refusals()) {
    if (diagnostic.find(refusal.data) != std::string_view::npos) {
      return {Kind::credentials_refused, fmt::format("{} refused {}: {}.", server, principal, refusal.meaning)};
    }
  }
  return {Kind::credentials_refused,
          fmt::format("{} refused {} ({}); check the account.", server, principal, base::printable(diagnostic))};
}

DirectoryError described(int result, std::string_view diagnostic, const std::string& server,
                         const std::string& principal) {
  if (result == LDAP_INVALID_CREDENTIALS) return refused_bind(diagnostic, server, principal);
  const auto known = std::ranges::find(ldap_codes(), result, &LdapCode::result);
  if (known != ldap_codes().end()) {
    return {
        known->kind,
        fmt::format(fmt::runtime(known->sentence), fmt::arg("server", server), fmt::arg("principal", principal),
                    fmt::arg("diagnostic", base::printable(diagnostic)), fmt::arg("meaning", ldap_err2string(result)))};
  }
  return {Kind::malformed_answer,
          fmt::format("{} sent an answer that cannot be relied on: {} ({}{}{}); check that it is a domain controller.",
                      server, ldap_err2string(result), result, diagnostic.empty() ? "" : ", ",
                      base::printable(diagnostic))};
}

}  // namespace

DirectoryError ldap_failure(int result, std::string_view diagnostic, const std::string& server,
                            const std::string& principal) {
  DirectoryError error = described(result, diagnostic, server, principal);
  error.ldap_result = result;
  return error;
}

}  // namespace casweep::discovery
