// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/options/ca_operand.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "cli/options/verbosity.h"
#include "report/format/event_csv.h"
#include "report/table/ca_history_report.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

int run_history(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);

  const auto history = store::History::open_existing(history_file(values, environment));
  const auto object_guid = only_ca_named(history, values["CA"].as<std::string>()).ca.service.object_guid;
  const base::Instant now = now_in(history, environment);
  const history::CaSummary ca = history.ca_summary(object_guid, now);
  const auto observations = history.observations_at_changes(object_guid);
  const auto detail = verbosity_of(values) == Verbosity::verbose ? report::Detail::all : report::Detail::brief;
  switch (format) {
    case OutputFormat::table:
      report::write_ca_history(environment.out, ca, observations, now, detail, table_style(environment));
      break;
    case OutputFormat::json:
      report::write_ca_history_json(environment.out, ca, observations, now);
      break;
    case OutputFormat::csv:
      report::write_events_csv(environment.out, ca.story.events);
      break;
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command history_command() {
  return {.line = {.command = "history",
                   .operands = {ca_operand()},
                   .options = {format_options({OutputFormat::table, OutputFormat::json, OutputFormat::csv}),
                               verbosity_options("", "also show the evidence of each reading that changed something"),
                               history_options()},
                   .prints_document = true},
          .run = run_history,
          .summary = "show one CA over time",
          .usage = {"CA [OPTION]..."},
          .description =
              {"Shows the events of one CA with the flags that the scan read, the decisions about it, and how long the "
               "CA did not enforce encryption. A time without a verdict neither starts nor ends such a period. A "
               "name that the CA had earlier works, too."},
          .examples = {{"Show the events of a CA", "casweep history 'Contoso Issuing CA 03'"},
                       {"Show them with all evidence", "casweep history ca03 --verbose"},
                       {"List the periods without enforcement",
                        "casweep history 'Contoso Issuing CA 03' --format json | jq '.episodes'"}},
          .exit_codes = {{"0", "the CA was shown"},
                         {"64", "no CA has this name, or several have it"},
                         {"74", "the history cannot be used"}}};
}

}  // namespace casweep::cli
