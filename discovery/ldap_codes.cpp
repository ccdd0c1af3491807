// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/ldap_codes_internal.h"

#include <ldap.h>

#include <array>

namespace casweep::discovery {

namespace {

constexpr std::string_view connection_closed =
    "{server} closed the connection; check that it is a domain controller, and its log.";
constexpr std::string_view server_busy =
    "{server} is busy or shutting down ({diagnostic}); try again later or another server.";
constexpr std::string_view better_protection =
    "{server} requires a better protected connection; use Kerberos on ldap://, or ldaps://.";
constexpr std::string_view no_protected_logon =
    "{server} and this host have no sufficiently protected logon method in common ({diagnostic}); enable AES for the "
    "domain controller.";
constexpr std::string_view answer_cut_short =
    "{server} truncated its answer ({meaning}); raise the limit on the server, or ask another server.";
constexpr std::string_view another_server =
    "{server} refers to another server; name a domain controller of the right forest.";

constexpr std::array known_codes{
    LdapCode{LDAP_SERVER_DOWN, DirectoryErrorKind::unreachable, connection_closed},
    LdapCode{LDAP_CONNECT_ERROR, DirectoryErrorKind::unreachable, connection_closed},
    LdapCode{LDAP_TIMEOUT, DirectoryErrorKind::timed_out, "{server} did not answer in time; try another server."},
    LdapCode{LDAP_BUSY, DirectoryErrorKind::unreachable, server_busy},
    LdapCode{LDAP_UNAVAILABLE, DirectoryErrorKind::unreachable, server_busy},
    LdapCode{LDAP_INSUFFICIENT_ACCESS, DirectoryErrorKind::credentials_refused,
             "{server} does not let {principal} read the requested data; use an account that is allowed to."},
    LdapCode{LDAP_STRONG_AUTH_REQUIRED, DirectoryErrorKind::protection_refused, better_protection},
    LdapCode{LDAP_CONFIDENTIALITY_REQUIRED, DirectoryErrorKind::protection_refused, better_protection},
    LdapCode{LDAP_AUTH_METHOD_NOT_SUPPORTED, DirectoryErrorKind::protection_refused, no_protected_logon},
    LdapCode{LDAP_INAPPROPRIATE_AUTH, DirectoryErrorKind::protection_refused, no_protected_logon},
    LdapCode{LDAP_AUTH_UNKNOWN, DirectoryErrorKind::protection_refused, no_protected_logon},
    LdapCode{LDAP_LOCAL_ERROR, DirectoryErrorKind::kerberos_failed,
             "Kerberos with {server} failed ({diagnostic}); run kinit, then scan again."},
    LdapCode{LDAP_SIZELIMIT_EXCEEDED, DirectoryErrorKind::listing_truncated, answer_cut_short},
    LdapCode{LDAP_TIMELIMIT_EXCEEDED, DirectoryErrorKind::listing_truncated, answer_cut_short},
    LdapCode{LDAP_ADMINLIMIT_EXCEEDED, DirectoryErrorKind::listing_truncated, answer_cut_short},
    LdapCode{LDAP_REFERRAL, DirectoryErrorKind::referral, another_server},
    LdapCode{LDAP_PARTIAL_RESULTS, DirectoryErrorKind::referral, another_server},
    LdapCode{LDAP_NO_SUCH_OBJECT, DirectoryErrorKind::container_missing,
             "{server} shows no such container; either it was never created or {principal} is not allowed to see it."},
};

constexpr std::array refusals{
    LogonRefusal{"data 525,", "the account does not exist; check the name"},
    LogonRefusal{"data 52e,",
                 "the password is wrong or the account is not known; it was tried once, so check it before the account "
                 "is locked out"},
    LogonRefusal{"data 530,", "the account may not log on at this time; scan within its logon hours"},
    LogonRefusal{"data 531,", "the account may not log on from this host; have its workstations list changed"},
    LogonRefusal{"data 532,", "the password has expired; change it"},
    LogonRefusal{"data 533,", "the account is disabled; have it enabled"},
    LogonRefusal{"data 701,", "the account has expired; have it renewed"},
    LogonRefusal{"data 773,", "the password must be changed before the first logon; change it"},
    LogonRefusal{"data 775,", "the account is locked out; have it unlocked"},
};

}  // namespace

std::span<const LdapCode> ldap_codes() { return known_codes; }

std::span<const LogonRefusal> logon_refusals() { return refusals; }

}  // namespace casweep::discovery
