// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace casweep::cli {

inline constexpr std::string_view general_help =
    R"(casweep finds every enterprise CA of an Active Directory forest and reads from each one whether it enforces
encryption on RPC certificate enrollment (IF_ENFORCEENCRYPTICERTREQUEST; its absence is ESC11). Nothing is changed
anywhere: an ordinary domain account is enough, and every answer is kept with its evidence.

Usage: casweep COMMAND [OPTION]...

Commands:
  scan           find, read, judge and record every CA; print the outcome
  list           show the CAs that the directory names, asking none of them
  show CA        one CA: its last reading, with all evidence and what to do
  export FORMAT  a recorded scan as json or csv
  help COMMAND   the same as COMMAND --help

Options:
  -h, --help     this text
      --version  the version

Examples:
  kinit auditor@CORP.EXAMPLE && casweep scan
  casweep scan --user auditor@CORP.EXAMPLE --keytab /etc/casweep/auditor.keytab
  casweep show 'Contoso Issuing CA 03'
  casweep export csv -o esc11.csv

Exit codes:
  0   every CA was assessed, and enforces encryption or is not exposed
  1   a CA does not enforce it         2   a CA is unknown         3   both
  64  usage                            65  bad configuration or data
  69  directory unreachable, or no CA found
  70  a fault in casweep               74  database or file        77  credentials
  128 + the signal's number if interrupted

Environment:
  CASWEEP_CONFIG, CASWEEP_DOMAIN, CASWEEP_PASSWORD_FILE, ...   any option of a command but --scan, -o and --force;
                 an argument goes before its variable, and that before the --config file
  XDG_DATA_HOME  where the history is: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  KRB5CCNAME, KRB5_CONFIG   as for every Kerberos program
  NO_COLOR       if not empty, no colour
)";

inline constexpr std::string_view scan_help =
    R"(casweep scan: finds every enterprise CA of the forest, reads the InterfaceFlags of each from its own registry, judges
and records them, and prints the outcome with the fix for each CA that is not enforced.

Usage: casweep scan [OPTION]...

Examples:
  casweep scan                                   as the Kerberos cache at hand, in the domain of its realm
  casweep scan --domain corp.example --user auditor@CORP.EXAMPLE
  casweep scan --server ldaps://dc01.corp.example --server ldaps://dc02.corp.example --ca-cert /etc/ssl/corp.pem
  casweep scan --ca 'Contoso Issuing CA 03'      once more after the fix

The directory:
  --domain D           the forest, by the DNS name of one of its domains; its domain controllers are found by DNS.
                       Default: the realm of the account
  --server URI         a domain controller instead, as ldap://HOST or ldaps://HOST; repeated, the next one is asked if
                       one does not answer
  --start-tls          StartTLS on ldap://
  --ca-cert FILE       trusted roots for TLS, PEM. Default: those of the system

The account:
  --user U@REALM       Default: the Kerberos cache at hand
  --password-file FILE the password is its first line; without it and --keytab you are asked at the terminal
  --keytab FILE        the account's keys
  --ntlm               NTLM instead of Kerberos; needs --user, and ldaps:// or --start-tls

A password never comes from an argument, a variable or the config file. A ticket made from one is private to this
run and gone at its end.

The sweep:
  --ca NAME            read only this CA, by cn, displayName, HOST\CA or objectGUID; may be repeated. The listing stays
                       complete, the scan is marked partial, and the exit code speaks of the chosen CAs
  --jobs N             CAs read at a time, 1 to 256. Default: 32
  --deadline SECONDS   for each CA, 1 to 3600. Default: 15

The outcome:
  --format FORMAT      table, json or csv. Default: table
  --db FILE            the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE        these options as "name = value" lines; flags as "start-tls = yes"

Exit codes: 0 all compliant, 1 some not enforced, 2 some unknown, 3 both; others: see casweep --help.
)";

inline constexpr std::string_view list_help =
    R"(casweep list: shows the enterprise CAs that the directory names, with their hosts. No CA is asked, and nothing is
recorded.

Usage: casweep list [OPTION]...

Examples:
  casweep list
  casweep list --server ldap://dc01.corp.example --format json

The directory:
  --domain D           the forest, by the DNS name of one of its domains. Default: the realm of the account
  --server URI         a domain controller instead, as ldap://HOST or ldaps://HOST; may be repeated
  --start-tls          StartTLS on ldap://
  --ca-cert FILE       trusted roots for TLS, PEM. Default: those of the system

The account:
  --user U@REALM       Default: the Kerberos cache at hand
  --password-file FILE the password is its first line; without it and --keytab you are asked at the terminal
  --keytab FILE        the account's keys
  --ntlm               simple bind inside TLS instead of Kerberos; needs --user, and ldaps:// or --start-tls

The outcome:
  --format FORMAT      table, json or csv. Default: table
  --config FILE        these options as "name = value" lines

Exit codes: 0 listed, 69 directory unreachable or no CA found, 77 credentials; others: see casweep --help.
)";

inline constexpr std::string_view show_help =
    R"(casweep show: one CA as the history knows it: its last verdict, all the evidence behind it, and what to do.

Usage: casweep show CA [OPTION]...

CA is a cn, a displayName, HOST\CA or an objectGUID, without regard to case.

Examples:
  casweep show 'Contoso Issuing CA 03'
  casweep show 'ca03.corp.example\Contoso Issuing CA 03' --format json

Options:
  --format FORMAT  table or json. Default: table
  --db FILE        the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE    these options as "name = value" lines

Exit codes: 0 shown, 64 no such CA or more than one, 74 database; others: see casweep --help.
)";

inline constexpr std::string_view export_help =
    R"(casweep export: a recorded scan for other programs. JSON follows casweep-scan.schema.json; CSV is RFC 4180 with
whatever a spreadsheet would take for a formula made harmless by an apostrophe.

Usage: casweep export json|csv [OPTION]...

Examples:
  casweep export json | jq '.scan.counts'
  casweep export csv --scan 12 -o esc11.csv

Options:
  --scan ID          Default: the last complete scan
  -o, --output FILE  Default: standard output. The file appears complete or not at all
  --force            replace FILE if it is there
  --db FILE          the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE      these options as "name = value" lines

Exit codes: 0 exported, 65 no complete scan yet, 74 database or file; others: see casweep --help.
)";

}  // namespace casweep::cli
