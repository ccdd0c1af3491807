// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/options/ca_operand.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "report/table/ca_history_report.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

int run_history(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);

  const auto history = store::History::open_existing(history_file(values, environment));
  const auto object_guid = only_ca_named(history, values["CA"].as<std::string>()).ca.service.object_guid;
  const base::Instant now = environment.now();
  const history::CaSummary ca = history.ca_summary(object_guid, now);
  const auto observations = history.observations_at_changes(object_guid);
  if (format == OutputFormat::json) {
    report::write_ca_history_json(environment.out, ca, observations, now);
  } else {
    report::write_ca_history(environment.out, ca, observations, now, table_style(environment));
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command history_command() {
  return {.line = {.command = "history",
                   .operands = {ca_operand()},
                   .options = {format_options({OutputFormat::table, OutputFormat::json}), history_options()}},
          .run = run_history,
          .summary = "show one CA over time, with the evidence",
          .usage = {"CA [OPTION]..."},
          .description =
              {"Shows the events of one CA, each with the evidence of the scan that found it, and how long the CA "
               "did not enforce encryption. A time without a verdict neither starts nor ends such a period. A "
               "name that the CA had earlier works, too."},
          .examples = {{"Show the events of a CA", "casweep history 'Contoso Issuing CA 03'"},
                       {"List the periods without enforcement",
                        "casweep history 'Contoso Issuing CA 03' --format json | jq '.episodes'"}},
          .exit_codes = {{"0", "the CA was shown"},
                         {"64", "no CA has this name, or several have it"},
                         {"74", "the history cannot be used"}}};
}

}  // namespace casweep::cli
