// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kerberos_codes_internal.h"

#include <array>
#include <cerrno>

namespace casweep::logon {
namespace {

using Kind = LogonErrorKind;

constexpr std::string_view password_refused =
    "The KDC refused the password of {principal}; it was tried once, so check it with kinit before the account is "
    "locked out.";
constexpr std::string_view key_refused =
    "The KDC refused the key of {principal} in {source}: the password was changed after the keytab was made, so make "
    "a new keytab.";
constexpr std::string_view account_unusable =
    "The account {principal} is disabled, locked out or expired; have it enabled, then scan again.";
constexpr std::string_view clocks_differ =
    "The clocks of this host and of the KDC differ by more than Kerberos allows (5 minutes by default); set this "
    "host's clock by NTP.";
constexpr std::string_view no_aes_for_password =
    "The KDC that answered offers no AES encryption for {principal}, and weaker types are not used, because an "
    "attacker could compute the password from them; enable AES for the account and set its password again, and check "
    "that the server that answered is a KDC of the realm.";
constexpr std::string_view no_aes_for_key =
    "The KDC that answered offers no AES encryption for {principal}, and weaker types are not used, because an "
    "attacker could compute the key from them; enable AES for the account and set its password again, and check that "
    "the server that answered is a KDC of the realm.";
constexpr std::string_view no_common_encryption =
    "The KDC and this host have no encryption type in common for {service}; enable AES for the account.";
constexpr std::string_view realm_unknown =
    "No KDC is known for the realm of {principal}; write the realm in capitals, and check that DNS has _kerberos._udp "
    "records for it or name the KDC in krb5.conf.";
constexpr std::string_view no_ticket =
    "There is no Kerberos ticket in {source}; run kinit, or give an account with its password or keytab.";
constexpr std::string_view keytab_unreadable =
    "Keytab {source} cannot be read ({library}); check its path, its permissions and that it is a keytab.";

constexpr std::array codes{
    KerberosCode{KRB5KDC_ERR_PREAUTH_FAILED, Kind::credentials_refused, password_refused, key_refused},
    KerberosCode{KRB5KRB_AP_ERR_BAD_INTEGRITY, Kind::credentials_refused, password_refused, key_refused},
    KerberosCode{KRB5_PREAUTH_FAILED, Kind::credentials_refused, password_refused, key_refused},
    KerberosCode{KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, Kind::credentials_refused,
                 "The KDC does not know the account {principal}; check the name and the realm."},
    KerberosCode{KRB5KDC_ERR_KEY_EXP, Kind::credentials_refused,
                 "The password of {principal} has expired; change it, then scan again."},
    KerberosCode{KRB5KDC_ERR_CLIENT_REVOKED, Kind::credentials_refused, account_unusable},
    KerberosCode{KRB5KDC_ERR_NAME_EXP, Kind::credentials_refused, account_unusable},
    KerberosCode{KRB5KDC_ERR_POLICY, Kind::credentials_refused,
                 "The KDC's policy refuses {principal} here (logon hours, workstations or an authentication policy); "
                 "use another account or have the policy changed."},
    KerberosCode{
        KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN,
        Kind::kerberos_failed,
        "The KDC does not know the service krbtgt of that realm; name the domain controller as the directory does, "
        "not by address or alias.",
        {},
        "The KDC does not know the service {service}; name the domain controller as the directory does, not by "
        "address or alias."},
    KerberosCode{KRB5KDC_ERR_WRONG_REALM, Kind::kerberos_failed,
                 "The KDC says that {principal} belongs to another realm; write the realm as the DNS name of the "
                 "domain, in capitals."},
    KerberosCode{KRB5KRB_AP_ERR_SKEW, Kind::kerberos_failed, clocks_differ},
    KerberosCode{KRB5_KDCREP_SKEW, Kind::kerberos_failed, clocks_differ},
    KerberosCode{KRB5KRB_AP_ERR_TKT_EXPIRED, Kind::kerberos_failed,
                 "The Kerberos ticket of {principal} in {source} has expired; run kinit, then scan again."},
    KerberosCode{KRB5KDC_ERR_ETYPE_NOSUPP, Kind::kerberos_failed, no_aes_for_password, no_aes_for_key,
                 no_common_encryption},
    KerberosCode{KRB5_CONFIG_ETYPE_NOSUPP, Kind::kerberos_failed, no_aes_for_password, no_aes_for_key,
                 no_common_encryption},
    KerberosCode{KRB5_PROG_ETYPE_NOSUPP, Kind::kerberos_failed, no_aes_for_password, no_aes_for_key,
                 no_common_encryption},
    KerberosCode{KRB5_KDC_UNREACH, Kind::kdc_unreachable,
                 "No KDC of the realm of {principal} answered; check the network, port 88 and krb5.conf."},
    KerberosCode{KRB5_REALM_UNKNOWN, Kind::name_not_resolved, realm_unknown},
    KerberosCode{KRB5_REALM_CANT_RESOLVE, Kind::name_not_resolved, realm_unknown},
    KerberosCode{KRB5_CONFIG_NODEFREALM, Kind::options_unusable,
                 "{principal} has no realm and krb5.conf sets no default realm; write it as user@REALM."},
    KerberosCode{KRB5_FCC_NOFILE, Kind::kerberos_failed, no_ticket},
    KerberosCode{KRB5_CC_NOTFOUND, Kind::kerberos_failed, no_ticket},
    KerberosCode{KRB5_KT_NOTFOUND, Kind::kerberos_failed,
                 "Keytab {source} has no usable key for {principal}; list it with klist -k."},
    KerberosCode{ENOENT, Kind::kerberos_failed, {}, keytab_unreadable},
    KerberosCode{EACCES, Kind::kerberos_failed, {}, keytab_unreadable},
    KerberosCode{KRB5_KEYTAB_BADVNO, Kind::kerberos_failed, {}, keytab_unreadable},
};

}  // namespace

std::span<const KerberosCode> kerberos_codes() { return codes; }

}  // namespace casweep::logon
