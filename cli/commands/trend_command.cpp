// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/commands.h"
#include "cli/exit_code.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "cli/options/period.h"
#include "report/table/trend_report.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

int run_trend(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);
  const auto [since, until] = period_of(values, environment.now());

  const auto history = store::History::open_existing(history_file(values, environment));
  const base::Instant now = now_in(history, environment);
  const history::Trend trend = until && *until < now ? history.trend_until(since, *until) : history.trend(since, now);
  switch (format) {
    case OutputFormat::table:
      report::write_trend_table(environment.out, trend, table_style(environment));
      break;
    case OutputFormat::json:
      report::write_trend_json(environment.out, trend);
      break;
    case OutputFormat::csv:
      report::write_trend_csv(environment.out, trend);
      break;
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command trend_command() {
  return {.line = {.command = "trend",
                   .options = {period_options(PeriodEnd::chosen, "the first scan"),
                               format_options({OutputFormat::table, OutputFormat::json, OutputFormat::csv}),
                               history_options()},
                   .prints_document = true},
          .run = run_trend,
          .summary = "show the forest over time: compliance and events",
          .usage = {"[OPTION]..."},
          .description =
              {"Shows by UTC day how many CAs were found and assessed, and the share of all CAs that is "
               "compliant (enforced or not exposed), without and with the mitigated ones: CAs resolved through a "
               "third party or an alternate mitigation, or decommissioned; an accepted risk does not count. A day is "
               "its last "
               "complete scan. Events and the time to remediate (median and 90th percentile) follow.",
               "A day with only partial or interrupted scans is marked with a letter. It has no share, and "
               "never shows a CA as removed. A scan that did not get as far as a listing is not shown; 'casweep "
               "scans' shows it."},
          .examples = {{"Show the last three months", "casweep trend --last 3m"},
                       {"Get the time to remediate since a date",
                        "casweep trend --since 2026-01-01 --format json | jq '.time_to_remediate'"}},
          .exit_codes = {{"0", "the trend was shown"}, {"74", "the history cannot be used"}}};
}

}  // namespace casweep::cli
