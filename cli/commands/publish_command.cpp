// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <ostream>
#include <string>

#include "base/terminal_text.h"
#include "cli/commands/commands.h"
#include "cli/commands/publishing.h"
#include "cli/exit_code.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/hub_option.h"
#include "cli/options/output_format.h"
#include "report/table/hub_report.h"
#include "report/table/text_columns.h"

namespace casweep::cli {
namespace {

int run_publish(const po::variables_map& values, const Environment& environment) {
  const hub::HubAddress address = required_hub(values);
  const auto file = history_file(values, environment);
  const hub::Publication sent = publish_history(file, address, environment);
  const auto style = table_style(environment);
  report::write_wrapped(
      environment.out,
      fmt::format("Site {}: {}", sent.receipt.site_id,
                  base::terminal_safe(report::publication_text(sent, address.shown()), charset_of(environment))),
      0, 2, style.columns);
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command publish_command() {
  return {
      .line = {.command = "publish", .options = {hub_options(), history_options()}},
      .run = run_publish,
      .summary = "send the history to a hub, where those of many forests are",
      .usage = {"--hub CONNINFO [OPTION]..."},
      .description = {"Sends the hub, a PostgreSQL database, what it lacks of this history: ledger entries, scans that "
                      "ended, decisions and the records of evidence bundles. It can be repeated and interrupted at any "
                      "time: nothing is lost or sent twice.",
                      "The hub compares every row with the ledger, and the ledger with what it received before. It "
                      "refuses a history that was rewritten, cut off, restored from an older backup or continued "
                      "elsewhere, and names the first entry that differs."},
      .sections =
          {{.heading = "Notes",
            .paragraphs =
                {"The owner of the hub enrolls a history once, with 'casweep hub enroll'. Its identity, "
                 "which 'casweep db info' shows as 'site', stays the same.",
                 "The address of a hub is what every program of PostgreSQL takes. Passwords come from ~/.pgpass, "
                 "PGPASSFILE or a service file, never from --hub. Over a network the server must prove its "
                 "identity (sslmode=verify-full), with a CA that sslrootcert names.",
                 "Passwords, keys and names of local files are not sent."}}},
      .examples = {{"Publish with the service 'casweep' of ~/.pg_service.conf",
                    "casweep publish --hub service=casweep"},
                   {"Publish another history", "casweep publish --hub service=casweep --db /srv/corp/history.db"}},
      .exit_codes = {{"0", "the hub has everything"},
                     {"64", "no hub is named, or its address holds a password"},
                     {"69", "the hub cannot be reached, or the connection was lost"},
                     {"74", "the hub refused the history, or the history cannot be used"},
                     {"77", "the login was refused, or is not enrolled for this history"}}};
}

}  // namespace casweep::cli
