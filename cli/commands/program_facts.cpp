// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/program_facts.h"

namespace casweep::cli {

const ProgramFacts& program_facts() {
  static const ProgramFacts facts{
      .summary = "check the enterprise CAs of a forest for ESC11",
      .description =
          "casweep finds every enterprise CA of an Active Directory forest and reads from each one's registry "
          "whether it enforces encryption for RPC certificate enrollment (IF_ENFORCEENCRYPTICERTREQUEST). It "
          "changes nothing and needs only an ordinary domain account. A history keeps every answer with its "
          "evidence.",
      .options = {{"-h, --help", "show this help"}, {"-V, --version", "show the version of casweep"}},
      .precedence =
          "Arguments override environment variables, which override the config file. This also holds for "
          "options that exclude each other, such as --server and --domain.",
      .environment =
          {{{"CASWEEP_...",
             "an option that the config file may hold: CASWEEP_DOMAIN for --domain, CASWEEP_PASSWORD_FILE for "
             "--password-file; CASWEEP_SERVER may hold several URIs, separated by spaces"},
            ""},
           {{"CASWEEP_CONFIG", "the config file, as with --config; none is read if it is set and empty"}, "config"},
           {{"CASWEEP_FOREST", "the section of the config file, as with --forest"}, "forest"},
           {{"XDG_CONFIG_HOME",
             "where the user's config file is: $XDG_CONFIG_HOME/casweep/casweep.conf, or without this variable "
             "$HOME/.config/casweep/casweep.conf"},
            "config"},
           {{"XDG_DATA_HOME, HOME",
             "where the history is by default: $XDG_DATA_HOME/casweep/history.db, or without this variable "
             "$HOME/.local/share/casweep/history.db"},
            "db"},
           {{"XDG_RUNTIME_DIR",
             "where a run keeps the tickets that it obtained or copied, in a folder of its own; without it, in /tmp"},
            "user"},
           {{"TMPDIR", "where a bundle's snapshot is copied to for its verification (default: /tmp)"}, "signer-ca"},
           {{"PGPASSFILE, PGSERVICEFILE, PGSYSCONFDIR",
             "the password file and the service files for the hub, as for every program of PostgreSQL"},
            "hub"},
           {{"KRB5CCNAME, KRB5_CONFIG", "the Kerberos cache and configuration, as for every Kerberos program"}, "user"},
           {{"NO_COLOR, TERM", "no colour if NO_COLOR is set and not empty, or if TERM is 'dumb'"}, "color"},
           {{"LC_ALL, LC_CTYPE, LANG", "the character set: without UTF-8, all output except files is ASCII"}, "color"},
           {{"COLUMNS", "the width of help if the terminal does not report one"}, ""}},
      .files =
          {{{"~/.local/share/casweep/history.db",
             "the history, unless --db or XDG_DATA_HOME says otherwise; files with the same name and '-wal', '-shm' or "
             "'.lock' at its end belong to it"},
            "db"},
           {{"/etc/casweep/casweep.conf, ~/.config/casweep/casweep.conf",
             "the config files for all users and of one user"},
            "config"},
           {{"/var/lib/casweep/NAME/history.db", "the history of a forest that /etc/casweep/casweep.conf configures"},
            "forest"},
           {{"/run/systemd/journal/socket", "the journal of --log journald"}, "log"},
           {{"~/.pgpass, ~/.pg_service.conf",
             "passwords and services for the hub, unless PGPASSFILE or PGSERVICEFILE name others"},
            "hub"},
           {{"/etc/krb5.conf", "the configuration of Kerberos, unless KRB5_CONFIG names another"}, "user"}},
      .config_files =
          {"casweep reads /etc/casweep/casweep.conf and ~/.config/casweep/casweep.conf if they exist; the user's own "
           "overrides the other. A line is \"name = value\" with the name of an option without its dashes; # begins a "
           "comment. A value may be in double quotes: it may contain # then, and \\\" and \\\\ stand for a quote and a "
           "backslash.",
           "Lines below [forest NAME] hold for one forest, which --forest NAME chooses. Each of these forests has its "
           "own history: /var/lib/casweep/NAME/history.db for those in /etc, and "
           "~/.local/share/casweep/NAME/history.db for those of a user. Its section may name another one with db; a db "
           "above the sections holds for runs without a forest only.",
           "A run uses the lines above the sections and those of its own forest, so a mistake in the section of "
           "another "
           "forest does not keep it from running; 'casweep config check' finds all of them.",
           "'casweep config check' checks the files, and 'casweep config show' shows what is in effect and where it "
           "comes from."},
      .passwords =
          "A password never comes from an argument, a variable or the config file: casweep reads it from "
          "--password-file or asks for it on the terminal. Password files, keytabs, trusted roots and config "
          "files that other users can write are refused. A ticket obtained with a password or a keytab is "
          "private to the run and removed at its end.",
      .examples = {{"Scan with a Kerberos ticket", "kinit auditor@CORP.EXAMPLE && casweep scan"},
                   {"Scan with a keytab, for a scheduled job",
                    "casweep scan --user auditor@CORP.EXAMPLE --keytab /etc/casweep/scan.keytab"},
                   {"Show one CA", "casweep show 'Contoso Issuing CA 03'"},
                   {"Export the last scan", "casweep export csv -o esc11.csv"}},
      .exit_codes = {{"0", "success; after a scan: every CA is compliant or excepted"},
                     {"1", "a CA does not enforce encryption"},
                     {"2", "the verdict on a CA is unknown"},
                     {"3", "both 1 and 2"},
                     {"64", "wrong usage, or no such CA or scan"},
                     {"65", "bad configuration or data, or no complete scan yet"},
                     {"69",
                      "the directory or the hub cannot be reached or proven, no CA was found, or Samba's client "
                      "library is missing"},
                     {"70", "internal error"},
                     {"74", "the history or a file cannot be used"},
                     {"77", "the account, its password or its key was refused"},
                     {"128 + N", "interrupted by signal N"}}};
  return facts;
}

}  // namespace casweep::cli
