// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <optional>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/options/ca_selection.h"
#include "cli/options/command_line.h"
#include "cli/options/fail_on.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "report/format/status_csv.h"
#include "report/table/status_report.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

/// The scans after the last complete one, oldest first.
std::vector<history::ScanHeadline> newer_scans(const store::History& history,
                                               const std::optional<history::ScanMoment>& complete) {
  if (!complete) return history.headlines({});
  const auto newest = history.headlines(1);
  if (newest.empty() || newest.front().id <= complete->scan) return {};
  auto newer = history.headlines(static_cast<std::size_t>(newest.front().id - complete->scan));
  std::erase_if(newer, [&](const history::ScanHeadline& scan) { return scan.id <= complete->scan; });
  return newer;
}

int run_status(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);
  const FailOn fail_on = read_fail_on(values, FailOn::nothing());
  const report::CaSelection selection = ca_selection(values, environment);

  const auto history = store::History::open_existing(history_file(values, environment));
  const history::ForestStatus forest = history.forest_status(now_in(history, environment));
  const auto newer = newer_scans(history, forest.scan);
  switch (format) {
    case OutputFormat::json:
      report::write_status_json(environment.out, forest, newer);
      break;
    case OutputFormat::csv:
      report::write_status_csv(environment.out, forest);
      break;
    case OutputFormat::table:
      report::write_status_table(environment.out, forest, newer, selection, table_style(environment));
  }
  return static_cast<int>(exit_code_of(forest, fail_on));
}

}  // namespace

Command status_command() {
  return {
      .line = {.command = "status",
               // Not from the config file: a scan and a status may fail for different reasons.
               .options = {fail_on_options(FailOn::nothing(), Source::arguments_only), ca_selection_options(),
                           format_options({OutputFormat::table, OutputFormat::json, OutputFormat::csv}),
                           history_options()},
               .prints_document = true},
      .run = run_status,
      .summary = "show the forest now: each CA's verdict and decision",
      .usage = {"[OPTION]..."},
      .description = {"Shows the forest as the history knows it: each CA with its last verdict. If the CA could not be "
                      "read then, its last known verdict and the age of that are shown as well. A decision is shown "
                      "beside the verdict and never changes it."},
      .sections = {fail_on_words()},
      .examples = {{"Show all CAs", "casweep status"},
                   {"List CAs that were compliant once",
                    "casweep status --format json | jq '.cas[] | select(.regressed)'"},
                   {"Send mail when an exception expires or a CA regresses",
                    "casweep status --fail-on expired,regression || \\\nmail -s 'ESC11 is back' pki@corp.example"}},
      .exit_codes = with_fail_on_codes({{"74", "the history cannot be used"}})};
}

}  // namespace casweep::cli
