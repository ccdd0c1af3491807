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
  status         the forest now: each CA's last verdict, what was known before, what was decided
  history CA     one CA over time, with the evidence
  trend          the forest over time: a chart, events, how long remediation takes
  diff A B       what is different between two scans
  scans          the scans there were
  explain CA     what the directory shows for and against turning the flag on
  accept CA      plan, accept the risk, or say what else protects a CA that is not enforced
  export FORMAT  recorded scans as csv, json, jsonl, ocsf or sarif; metrics for prometheus; a plan to fill in
  report         one scan as an HTML page for people: verdicts, trend, evidence, what to do
  evidence       create a signed bundle of a scan, for an auditor; verify one
  db check       is the history still what was recorded? db backup FILE copies it
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
  0   every CA asked for was assessed, and enforces encryption, is not exposed, or is excepted with accept
  1   a CA does not enforce it         2   a CA is unknown         3   both
  64  usage                            65  bad configuration or data
  69  directory unreachable or not proven, no CA found, or Samba's client library missing
  70  a fault in casweep               74  database or file        77  credentials
  128 + the signal's number if interrupted

Environment:
  CASWEEP_CONFIG, CASWEEP_DOMAIN, CASWEEP_PASSWORD_FILE, ...   whatever a command also takes from its --config file
                 (CASWEEP_SERVER: several URIs with blanks between them);
                 an argument goes before its variable, and that before the --config file, also where one excludes the
                 other (--server and --domain, --keytab and --password-file)
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
  --server URI         a domain controller instead, by its full DNS name, as ldap://HOST or ldaps://HOST; repeated,
                       the next one is asked if one does not answer
  --start-tls          StartTLS on ldap:// servers
  --ca-cert FILE       trusted roots for TLS, PEM. Default: those of the system

The account:
  --user U@REALM       Default: the Kerberos cache at hand
  --password-file FILE the password is its first line; without it and --keytab you are asked at the terminal
  --keytab FILE        the account's keys
  --ntlm               NTLM instead of Kerberos; needs --user, --server, and ldaps:// or --start-tls. It does not
                       prove which host answered: any member of the domain can answer in a CA's place

A password never comes from an argument, a variable or the config file. A ticket made from one is private to this
run and gone at its end. A password file, keytab, --ca-cert or --config that others may write is refused.

The sweep:
  --ca NAME            read only this CA, by cn, displayName, HOST\CA or objectGUID; may be repeated. The listing stays
                       complete, the scan is marked partial, and the exit code speaks of the chosen CAs and of those
                       that the directory hides from the account or no longer has
  --jobs N             CAs read at a time, 1 to 256. Default: 32
  --deadline SECONDS   for each CA, 1 to 3600. Default: 15

The outcome:
  --format FORMAT      table, json or csv. Default: table
  --fail-on WHAT       what makes the exit code other than 0: none, or with commas not-enforced, unknown, regression
                       (not enforced now and compliant once), expired (an exception came to its end), removed-ca, new-ca
                       (since the last complete scan), hidden-ca (the directory does not show a CA to the account).
                       Default: not-enforced,unknown,hidden-ca
  --strict             CAs count as not enforced whatever 'casweep accept' says
  --db FILE            the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE        these options as "name = value" lines; flags as "start-tls = yes"

A CA that the listing lacks is looked up by its objectGUID. If the directory has it no longer, it is removed, and the first
scan that misses it ends with the code of its last verdict; so does each scan with --ca before the next complete scan, which
records the removal. In any other case it is hidden: unknown for the reason hidden-from-account, still counted, and its last
known verdict still counts for not-enforced. A removed CA that was the only object in its container stays hidden until the
container is deleted or shows another object.

Exit codes: 0 all compliant or excepted, 1 some not enforced, regressed, expired, removed or new, 2 some unknown or
hidden, 3 both; others: see casweep --help.
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
  --start-tls          StartTLS on ldap:// servers
  --ca-cert FILE       trusted roots for TLS, PEM. Default: those of the system

The account:
  --user U@REALM       Default: the Kerberos cache at hand
  --password-file FILE the password is its first line; without it and --keytab you are asked at the terminal
  --keytab FILE        the account's keys
  --ntlm               simple bind inside TLS instead of Kerberos; needs --user, --server, and ldaps:// or --start-tls

The outcome:
  --format FORMAT      table, json or csv. Default: table
  --config FILE        these options as "name = value" lines

Exit codes: 0 listed, 69 directory unreachable, not proven or no CA found, 77 credentials; others: see casweep --help.
)";

inline constexpr std::string_view show_help =
    R"(casweep show: one CA as the history knows it: its last verdict, all the evidence behind it, and what to do.
The table also says whether the directory still lists it, what was last known of it, and what was decided about it.

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
    R"(casweep export: recorded scans, or the forest as it is now, for other programs.

Usage: casweep export FORMAT [OPTION]...
       casweep export -o FORMAT=FILE... [OPTION]...

Of scans; the same scan gives the same bytes at any time, with what was decided about its CAs before it began:
  csv         a row a CA: RFC 4180, UTF-8; what a spreadsheet would take for a formula begins with an apostrophe
  json        one object: casweep-scan.schema.json; with --all casweep-all-scans.schema.json
  jsonl       a line a CA: casweep-ca.schema.json
  ocsf        a line a CA: OCSF Compliance Finding (2003), schema 1.8.0
  sarif       SARIF 2.1.0, against the complete scan before it; with --all a run a scan
A CA that the directory listed and the scan did not read is in all of them, unknown for the reason not-read.

Of the forest now; not with --scan or --all:
  prometheus  metrics for node_exporter's textfile collector
  plan        CSV of every CA that is not enforced or unknown, with the fix and room for owner, target date and ticket

Examples:
  casweep export json | jq '.scan.counts'
  casweep export csv --scan 12 -o esc11.csv
  casweep export -o csv=esc11.csv -o ocsf=esc11.jsonl -o sarif=esc11.sarif
  casweep export prometheus --force -o /var/lib/prometheus/node-exporter/casweep.prom
  casweep export jsonl --all | gzip > esc11-history.jsonl.gz

Options:
  --scan ID          Default: the last complete scan
  --all              every complete or partial scan, oldest first; none that was interrupted or failed
  -o, --output FILE  Default: standard output. FORMAT=FILE, or FILE for the FORMAT before the options; may be repeated.
                     A file appears complete or not at all, and none if one of them cannot. ./A=B is a file called A=B
  --force            replace files that are there
  --csv-raw          csv and plan: without the apostrophe, for programs that compare names; not for a spreadsheet
  --db FILE          the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE      --db as "name = value" line

Exit codes: 0 exported, 64 no such scan or format, 65 no complete scan yet, 74 database or file; others: see casweep
--help.
)";

inline constexpr std::string_view report_help =
    R"(casweep report: one scan as a page of HTML: shares and what changed, what to do, every CA with its evidence, the
trend up to then, exceptions, and how the scan was made. One file that needs no other and asks for none; it can be
printed, and works without JavaScript, which only sorts and filters.

The same scan gives the same page at any time: what was decided or recorded after it began is not in it.

Usage: casweep report -o FILE [OPTION]...

Examples:
  casweep report -o esc11.html
  casweep report --scan 12 -o esc11-scan-12.html

Options:
  --scan ID          Default: the last complete scan
  -o, --output FILE  Default: standard output, if that is no terminal. The file appears complete or not at all
  --force            replace a file that is there
  --db FILE          the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE      --db as "name = value" line

Exit codes: 0 written, 64 no such scan, 65 no complete scan yet, 74 database or file; others: see casweep --help.
)";

inline constexpr std::string_view status_help =
    R"(casweep status: the forest as the history knows it. Each CA with its last verdict and, where it could not be read
then, the last verdict that was known and how old that is. What was decided stands beside the verdict and never changes
it.

Usage: casweep status [OPTION]...

Examples:
  casweep status
  casweep status --format json | jq '.cas[] | select(.regressed)'
  casweep status --fail-on expired,regression || mail -s 'ESC11 is back' pki@corp.example

Options:
  --fail-on WHAT   none, or with commas not-enforced, unknown (also: no scan was complete yet), regression (not enforced
                   now and compliant once), expired (an exception came to its end), removed-ca, new-ca (by the last
                   complete scan), hidden-ca (the directory does not show it to the account). Default: none
  --strict         CAs count as not enforced whatever 'casweep accept' says
  --format FORMAT  table or json. Default: table
  --db FILE        the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE    these options as "name = value" lines, but --fail-on and --strict

Exit codes: 0 shown; with --fail-on 1, 2 or 3 as 'casweep scan'; 74 database; others: see casweep --help.
)";

inline constexpr std::string_view history_help =
    R"(casweep history: one CA over time. What happened to it, each with the evidence of the scan that showed it, and how
long it was without enforcement. A time without a verdict neither begins nor ends such a time.

Usage: casweep history CA [OPTION]...

CA is a cn, a displayName, HOST\CA or an objectGUID, without regard to case; also one that it had before.

Examples:
  casweep history 'Contoso Issuing CA 03'
  casweep history 'Contoso Issuing CA 03' --format json | jq '.episodes'

Options:
  --format FORMAT  table or json. Default: table
  --db FILE        the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE    these options as "name = value" lines

Exit codes: 0 shown, 64 no such CA or more than one, 74 database; others: see casweep --help.
)";

inline constexpr std::string_view trend_help =
    R"(casweep trend: the forest over time. Per scan: CAs discovered and assessed, coverage, the share of all discovered CAs
that is compliant (enforced or not exposed), and the same after exceptions (resolved through third party or alternate
mitigation; an accepted risk is still one). Below it the events, and the time to remediate: median and 90th percentile.

A scan that is partial, was interrupted or failed is marked with its letter; it has no share, and no CA is taken for
removed because of it.

Usage: casweep trend [OPTION]...

Examples:
  casweep trend --last 90d
  casweep trend --since 2026-01-01 --format json | jq '.time_to_remediate'

Options:
  --since DATE     from then on: 2026-11-23 or 2026-11-23T04:00Z, in UTC. Default: from the beginning
  --last LENGTH    the same, counted back from now: 90d, 12h or 4w
  --format FORMAT  table or json. Default: table
  --db FILE        the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE    these options as "name = value" lines, but --since and --last

Exit codes: 0 shown, 74 database; others: see casweep --help.
)";

inline constexpr std::string_view diff_help =
    R"(casweep diff: what is different between two scans, from the older to the newer.

Usage: casweep diff [A [B]] [OPTION]...

A and B are numbers of scans, dates (the last complete scan of or before that day or instant, in UTC), 'last' for the last
complete scan, or 'previous' for the complete one before the other. Default: previous and last.

Examples:
  casweep diff
  casweep diff 12 17
  casweep diff 2026-10-01 last --format json | jq '.differences[] | select(.kind == "regressed")'

Options:
  --format FORMAT  table or json. Default: table
  --db FILE        the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE    these options as "name = value" lines

Exit codes: 0 shown, 64 no such scan, 74 database; others: see casweep --help.
)";

inline constexpr std::string_view scans_help =
    R"(casweep scans: the scans there were, newest first, with what they amount to. The failed and interrupted ones too.

Usage: casweep scans [OPTION]...

Examples:
  casweep scans
  casweep scans --all --format json | jq '.scans[] | select(.state != "complete")'

Options:
  --newest N       so many. Default: 20
  --all            every one
  --format FORMAT  table or json. Default: table
  --db FILE        the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE    these options as "name = value" lines, but --newest and --all

Exit codes: 0 shown, 74 database; others: see casweep --help.
)";

inline constexpr std::string_view explain_help =
    R"(casweep explain: what the directory shows for and against having one CA enforce encryption, and what it does not
show: computers in use, in every domain of the forest, whose Windows may be too old; the templates that the CA publishes;
its enrollment web services; its certificates, and whether domain controllers take what they issue for a logon. The
directory is asked now; the CA is not. What a specification says and nobody saw is worded so, with its source.

Usage: casweep explain CA [OPTION]...

CA is a cn, a displayName, HOST\CA or an objectGUID, without regard to case.

A computer is in use if its enabled account logged on within 45 days. The directory may be 14 days behind with that, and
what a computer runs is what it says of itself; many that are no Windows say nothing. Domains other than that of the
server are asked at a domain controller of their own, found by DNS, with Kerberos.

Examples:
  casweep explain 'Contoso Issuing CA 03'
  casweep explain 'Contoso Issuing CA 03' --format json | jq '.clients.old_computers'

The directory:
  --domain D           the forest, by the DNS name of one of its domains. Default: the realm of the account
  --server URI         a domain controller instead, as ldap://HOST or ldaps://HOST; may be repeated
  --start-tls          StartTLS on ldap:// servers
  --ca-cert FILE       trusted roots for TLS, PEM. Default: those of the system

The account:
  --user U@REALM       Default: the Kerberos cache at hand
  --password-file FILE the password is its first line; without it and --keytab you are asked at the terminal
  --keytab FILE        the account's keys
  --ntlm               simple bind inside TLS instead of Kerberos; needs --user, --server, and ldaps:// or --start-tls

The outcome:
  --format FORMAT      table or json. Default: table
  --db FILE            the history, for the last recorded verdict; one that is named must be there.
                       Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE        these options as "name = value" lines

Exit codes: 0 explained, 2 explained, but something could not be seen, 64 no such CA or more than one, 69 directory
unreachable or no CA found, 74 database, 77 credentials; others: see casweep --help.
)";

inline constexpr std::string_view accept_help =
    R"(casweep accept: records what was decided about a CA that is not enforced, in the words of Microsoft Secure Score. The
verdict stays what it is and is always shown beside it; only a scan completes a CA. A decision ends when a scan finds the CA
compliant: if it breaks again, decide again.

Usage: casweep accept CA --status STATUS --reason TEXT --by NAME [--until DATE] [--ticket TEXT]
       casweep accept CA --withdraw [--reason TEXT] [--by NAME]
       casweep accept --list

CA is a cn, a displayName, HOST\CA or an objectGUID, without regard to case.

Examples:
  casweep accept 'Contoso Issuing CA 03' --status risk-accepted --reason 'Windows XP clients until the move' \
    --by 'J. Doe, CISO' --until 2027-01-31 --ticket CHG-4711
  casweep accept 'Contoso Issuing CA 03' --withdraw

Options:
  --status STATUS  planned                there are plans; still counts as not enforced
                   risk-accepted          does not fail a scan, and does not count as protected
                   third-party            resolved through third party: counts as protected after exceptions
                   alternate-mitigation   resolved through alternate mitigation: the same
  --reason TEXT    why
  --by NAME        who answers for it
  --until DATE     2026-11-23 (to its end) or 2026-11-23T04:00:05Z, in UTC; then the CA is to be addressed again.
                   Default: none, but 90 days for risk-accepted, which takes 365 days at most
  --ticket TEXT    where it is written down
  --withdraw       the CA is to be addressed again
  --list           every CA about which something was decided
  --format FORMAT  table or json. Default: table
  --db FILE        the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE    --db and --format as "name = value" lines

Exit codes: 0 recorded or shown, 64 no such CA or an incomplete decision, 74 database; others: see casweep --help.
)";

inline constexpr std::string_view evidence_help =
    R"(casweep evidence: a bundle that proves years later what a scan found, to somebody who has neither casweep nor trust in
whoever ran it: verdicts, raw observations, who asked whom and how completely, the ledger, a snapshot of the history, all
of it bound by SHA256SUMS and its signature. Its VERIFY.txt checks it with coreutils and openssl alone.

Usage: casweep evidence create -o FOLDER|FILE.tar [--scan ID] [--sign CERT --key KEY] [OPTION]...
       casweep evidence verify BUNDLE... [--signer-ca FILE] [OPTION]...

create never leaves a partial bundle and never overwrites. A FILE.tar unpacks into one folder, for example
casweep-evidence-corp.example-scan-12-bundle-3. Each bundle names the one before it, and the history remembers it.
The signature is a detached CMS signature (DER, SHA-256); the key is RSA from 2048 bits (with a warning below 3072), or EC
P-256 or P-384; the certificate is issued for signing. You are warned if the certificate leads to a CA that the same scan
found not enforced or unknown: such a CA can be abused to sign in your name. Beside the signature is a request for a
timestamp authority (RFC 3161); its answer is the only file that may be added.

verify prints the first thing that is wrong, or what the bundle is and what was not compared. It renders every file again
from the snapshot. If another version of casweep made the bundle and wrote a file in another way, verify compares the
verdicts, flags and counts, names the file, and ends with 65: the bundle is then not known to be unmodified.
Also rejected are signatures with MD5 or SHA-1, RSA keys below 2048 bits, weak curves, and certificates that are not for
signing (key usage without digitalSignature and nonRepudiation, or TLS servers alone). Files that a system or a reader
leaves in the folder (.DS_Store, ._*, Thumbs.db, desktop.ini, verify.log) are reported as notes.
Several bundles are named in the order in which they were made: each must continue the ledger of the one before.

Examples:
  casweep evidence create -o esc11-2026-11.tar --sign auditor.pem --key auditor.key
  casweep evidence verify esc11-2026-11.tar --signer-ca corp-root.pem
  casweep evidence verify esc11-2026-*.tar --signer-ca corp-root.pem --timestamp-ca tsa-root.pem

create:
  -o, --output PLACE   a new folder, or a new FILE.tar
  --scan ID            Default: the last complete scan
  --sign CERT          PEM: the signing certificate, and after it those between it and the root
  --key KEY            its key, PEM; nobody else may read the file
  --key-password-file FILE   the passphrase of KEY is its first line; without it you are asked at the terminal
  --db FILE            the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE        --db, --sign, --key and --key-password-file as "name = value" lines

verify:
  --signer-ca FILE     PEM: root certificates you trust for the signature; a signed bundle needs them
  --signer FILE        PEM: the very certificate that must have signed
  --timestamp-ca FILE  PEM: root certificates you trust for the timestamp, which must be there then
  --head HASH          is this head of the ledger, noted earlier, still one of it?

Exit codes: 0 made, or unmodified; 64 usage, or bundles in another order; 65 no complete scan yet, an unusable
certificate or key, or a bundle that could not be compared completely; 74 the bundle is wrong, or a file; 77 the key's passphrase; others: see casweep --help.
)";

inline constexpr std::string_view db_help =
    R"(casweep db: the history itself. It keeps a ledger in which each entry holds the SHA-256 of the one before and binds
every row that was recorded with it, so that whatever is changed, deleted, inserted or reordered later shows.

Usage: casweep db check [--head HASH] [OPTION]...
       casweep db backup FILE [--force] [OPTION]...

db check compares the schema with the one that casweep makes, SQLite's own structures, the hash of every stored content,
the ledger's chain and the order of its entries, and every row with the ledger, and says what is wrong and where. Everyone
who may write the file can also rewrite the whole ledger, append to it, or cut off its end: that shows only against a head
that was kept elsewhere. The table of every scan ends with its head; store it where the history's owner cannot change it.
With --head, db check also counts the entries since that head, by kind: compare them with the scans and decisions that you
know of.

db backup makes one file that needs no other, also while a scan runs, and checks it before it gets its name. A history
that does not agree with its ledger is not backed up.

Examples:
  casweep db check
  casweep db check --head 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae
  casweep db backup "/backup/casweep-$(date +%F).db"

Options:
  --head HASH      db check: is this head, noted earlier, still one of the ledger's?
  --format FORMAT  db check: table or json. Default: table
  --force          db backup: replace FILE if it is there
  --db FILE        the history. Default: $XDG_DATA_HOME/casweep/history.db, or below ~/.local/share
  --config FILE    --db and --format as "name = value" lines

Every command refuses a history whose schema is not the one that casweep makes, with exit code 74. What the history holds is
compared with its ledger where a result depends on it: the known CAs of a scan; exceptions; the newest scans in status; the
scan of export, report, diff and evidence. A difference is exit code 74 as well. What show, history, scans and trend say of
scans is not compared: only db check compares everything, and says what differs.

Exit codes: 0 everything agrees, or backed up; 74 the history is damaged, or a file; others: see casweep --help.
)";

}  // namespace casweep::cli
