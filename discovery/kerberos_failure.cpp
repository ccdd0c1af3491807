// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/kerberos_failure_internal.h"

#include <cerrno>

#include <fmt/format.h>

#include "base/printable.h"

namespace casweep::discovery {

namespace {

using Kind = DirectoryErrorKind;
using With = KerberosRequest::With;

DirectoryError refused_key(const KerberosRequest& request) {
  if (request.with == With::keytab) {
    return {
        Kind::credentials_refused,
        fmt::format("The KDC refused the key of {} in {}: the password was changed after the keytab was made, so make "
                    "a new keytab.",
                    request.principal, request.source)};
  }
  return {
      Kind::credentials_refused,
      fmt::format("The KDC refused the password of {}; it was tried once, so check it with kinit before the account "
                  "is locked out.",
                  request.principal)};
}

DirectoryError no_aes(const KerberosRequest& request) {
  return {
      Kind::kerberos_failed,
      fmt::format("The KDC that answered offers no AES encryption for {}, and weaker types are not used, because the "
                  "{} could be computed from what they send; enable AES for the account and set its password again, "
                  "and check that the server that answered is a KDC of the realm.",
                  request.principal, request.with == With::keytab ? "key" : "password")};
}

}  // namespace

DirectoryError kdc_is_silent(std::string_view principal) {
  return {Kind::kdc_unreachable,
          fmt::format("No KDC of the realm of {} answered; check the network, port 88 and krb5.conf.", principal)};
}

DirectoryError kerberos_failure(krb5_error_code code, std::string_view library_text, const KerberosRequest& request) {
  switch (code) {
    case KRB5KDC_ERR_PREAUTH_FAILED:
    case KRB5KRB_AP_ERR_BAD_INTEGRITY:
    case KRB5_PREAUTH_FAILED:
      return refused_key(request);
    case KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN:
      return {Kind::credentials_refused,
              fmt::format("The KDC knows no account {}; check the name and the realm.", request.principal)};
    case KRB5KDC_ERR_KEY_EXP:
      return {Kind::credentials_refused,
              fmt::format("The password of {} has expired; change it, then scan again.", request.principal)};
    case KRB5KDC_ERR_CLIENT_REVOKED:
    case KRB5KDC_ERR_NAME_EXP:
      return {Kind::credentials_refused,
              fmt::format("The account {} is disabled, locked out or expired; have it enabled, then scan again.",
                          request.principal)};
    case KRB5KDC_ERR_POLICY:
      return {
          Kind::credentials_refused,
          fmt::format("The KDC's policy refuses {} here (logon hours, workstations or an authentication policy); use "
                      "another account or have the policy changed.",
                      request.principal)};
    case KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN:
      return {
          Kind::kerberos_failed,
          fmt::format("The KDC knows no service {}; name the domain controller as the directory does, not by address "
                      "or alias.",
                      request.service.empty() ? "krbtgt of that realm" : request.service)};
    case KRB5KDC_ERR_WRONG_REALM:
      return {
          Kind::kerberos_failed,
          fmt::format("The KDC says that {} belongs to another realm; write the realm in capitals and as the domain "
                      "is named.",
                      request.principal)};
    case KRB5KRB_AP_ERR_SKEW:
    case KRB5_KDCREP_SKEW:
      return {Kind::kerberos_failed,
              "The clocks of this host and of the KDC differ by more than Kerberos allows (5 minutes by default); set "
              "this host's clock by NTP."};
    case KRB5KRB_AP_ERR_TKT_EXPIRED:
      return {Kind::kerberos_failed,
              fmt::format("The Kerberos ticket of {} in {} has expired; run kinit, then scan again.", request.principal,
                          request.source)};
    case KRB5KDC_ERR_ETYPE_NOSUPP:
    case KRB5_CONFIG_ETYPE_NOSUPP:
    case KRB5_PROG_ETYPE_NOSUPP:
      if (request.service.empty()) return no_aes(request);
      return {Kind::kerberos_failed,
              fmt::format("The KDC and this host have no encryption type in common for {}; enable AES for the account.",
                          request.service)};
    case KRB5_KDC_UNREACH:
      return kdc_is_silent(request.principal);
    case KRB5_REALM_UNKNOWN:
    case KRB5_REALM_CANT_RESOLVE:
      return {Kind::name_not_resolved,
              fmt::format("No KDC is known for the realm of {}; write the realm in capitals, and check that DNS has "
                          "_kerberos._udp records of it or name the KDC in krb5.conf.",
                          request.principal)};
    case KRB5_CONFIG_NODEFREALM:
      return {Kind::options_unusable,
              fmt::format("{} names no realm and krb5.conf has no default one; write it as user@REALM.",
                          request.principal)};
    case KRB5_FCC_NOFILE:
    case KRB5_CC_NOTFOUND:
      return {
          Kind::kerberos_failed,
          fmt::format("There is no Kerberos ticket in {}; run kinit, or give an account with its password or keytab.",
                      request.source)};
    case KRB5_KT_NOTFOUND:
      return {Kind::kerberos_failed,
              fmt::format("Keytab {} holds no key of {} that can be used; list it with klist -k.", request.source,
                          request.principal)};
    default:
      break;
  }
  if (request.with == With::keytab && (code == ENOENT || code == EACCES || code == KRB5_KEYTAB_BADVNO)) {
    return {Kind::kerberos_failed,
            fmt::format("Keytab {} cannot be read ({}); check its path, its permissions and that "
                        "it is a keytab.",
                        request.source, base::printable(library_text))};
  }
  return {Kind::kerberos_failed,
          fmt::format("Kerberos failed for {}: {}; try kinit with the same account.",
                      request.principal.empty() ? request.source : request.principal, base::printable(library_text))};
}

}  // namespace casweep::discovery
