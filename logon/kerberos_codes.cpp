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
    "The KDC refused the key of {principal} in {source}: either the password was changed after the keytab was made, or "
    "the keytab was made with another salt, which comes from the realm and the account's name; make a new keytab.";
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
constexpr std::string_view realm_unknown =
    "No KDC is known for the realm of {principal}; check that DNS has _kerberos._udp records for it, or name the KDC "
    "in "
    "krb5.conf. If the part after @ is a UPN suffix instead of a domain, name the account's domain with --domain.";
constexpr std::string_view service_realm_unknown =
    "No KDC is known for the realm of {service}; check that DNS has _kerberos._udp records for that realm, or name its "
    "KDC in krb5.conf.";
constexpr std::string_view no_encryption_here =
    "This machine's Kerberos library accepts no encryption type for {service}; check permitted_enctypes in krb5.conf.";
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
    KerberosCode{KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, Kind::kerberos_failed,
                 "The KDC does not know the service krbtgt of that realm; check the realm of {principal}, and the KDCs "
                 "in krb5.conf and DNS."},
    KerberosCode{KRB5KDC_ERR_WRONG_REALM, Kind::kerberos_failed,
                 "The KDC says that {principal} belongs to another realm; write the realm as the DNS name of the "
                 "domain, in capitals."},
    KerberosCode{KRB5KRB_AP_ERR_SKEW, Kind::kerberos_failed, clocks_differ},
    KerberosCode{KRB5_KDCREP_SKEW, Kind::kerberos_failed, clocks_differ},
    KerberosCode{KRB5KRB_AP_ERR_TKT_NYV, Kind::kerberos_failed, clocks_differ},
    KerberosCode{KRB5KRB_AP_ERR_TKT_EXPIRED, Kind::kerberos_failed,
                 "The Kerberos ticket of {principal} in {source} has expired; run kinit, then scan again."},
    KerberosCode{KRB5KDC_ERR_ETYPE_NOSUPP, Kind::kerberos_failed, no_aes_for_password, no_aes_for_key},
    KerberosCode{KRB5_CONFIG_ETYPE_NOSUPP, Kind::kerberos_failed, no_aes_for_password, no_aes_for_key},
    KerberosCode{KRB5_PROG_ETYPE_NOSUPP, Kind::kerberos_failed, no_aes_for_password, no_aes_for_key},
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

constexpr std::array service_codes{
    KerberosCode{
        KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, Kind::service_unknown,
        "The KDC does not know the service {service}; register it on the host's account (setspn -S), or use the "
        "name that the account has."},
    KerberosCode{KRB5KDC_ERR_PRINCIPAL_NOT_UNIQUE, Kind::kerberos_failed,
                 "The KDC knows the service {service} on several accounts; find them with setspn -Q {spn} and remove "
                 "it from all but the host's own."},
    KerberosCode{
        KRB5KDC_ERR_ETYPE_NOSUPP, Kind::kerberos_failed,
        "The KDC has no encryption type for {service} that this machine accepts: the account with this service "
        "allows only other types. Allow AES on that account (msDS-SupportedEncryptionTypes), or check "
        "permitted_enctypes in this machine's krb5.conf."},
    KerberosCode{KRB5_CONFIG_ETYPE_NOSUPP, Kind::kerberos_failed, no_encryption_here},
    KerberosCode{KRB5_PROG_ETYPE_NOSUPP, Kind::kerberos_failed, no_encryption_here},
    KerberosCode{KRB5KDC_ERR_POLICY, Kind::kerberos_failed,
                 "The KDC's policy refuses {principal} a ticket for {service}; check the authentication policies and "
                 "silos of both accounts."},
    KerberosCode{KRB5_KDC_UNREACH, Kind::kdc_unreachable,
                 "No KDC answered the request for a ticket for {service}; check the network, port 88 and krb5.conf."},
    KerberosCode{KRB5_REALM_UNKNOWN, Kind::name_not_resolved, service_realm_unknown},
    KerberosCode{KRB5_REALM_CANT_RESOLVE, Kind::name_not_resolved, service_realm_unknown},
};

}  // namespace

std::span<const KerberosCode> kerberos_codes() { return codes; }

std::span<const KerberosCode> kerberos_service_codes() { return service_codes; }

}  // namespace casweep::logon
