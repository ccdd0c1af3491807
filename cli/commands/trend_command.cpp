// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <optional>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/instant_option.h"
#include "cli/options/output_format.h"
#include "report/table/trend_report.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

std::optional<base::Instant> since_of(const po::variables_map& values, base::Instant now) {
  if (values.count("since") > 0 && values.count("last") > 0) {
    throw CommandError(ExitCode::usage, "--since and --last exclude each other; use one of them.");
  }
  if (values.count("since") > 0) {
    const auto& text = values["since"].as<std::string>();
    if (const auto since = instant_of(text)) return since;
    throw CommandError(ExitCode::usage,
                       fmt::format("--since '{}' is not a date; write 2026-11-23 or 2026-11-23T04:00Z.", text));
  }
  if (values.count("last") > 0) {
    const auto& text = values["last"].as<std::string>();
    if (const auto last = duration_of(text)) return now - *last;
    throw CommandError(ExitCode::usage,
                       fmt::format("--last '{}' is not a length of time; write 90d, 12h or 4w.", text));
  }
  return std::nullopt;
}

OptionGroup period_options() {
  OptionGroup group{.source = Source::arguments_only};
  auto add = group.options.add_options();
  add("since", po::value<std::string>()->value_name("DATE"),
      "start at this date or time in UTC: 2026-11-23 or 2026-11-23T04:00Z (default: the first scan)");
  add("last", po::value<std::string>()->value_name("LENGTH"), "start this long ago: 90d, 12h or 4w");
  return group;
}

int run_trend(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);
  const base::Instant now = environment.now();
  const auto since = since_of(values, now);

  const auto history = store::History::open_existing(history_file(values, environment));
  const history::Trend trend = history.trend(since, now);
  if (format == OutputFormat::json) {
    report::write_trend_json(environment.out, trend);
  } else {
    report::write_trend_table(environment.out, trend, table_style(environment));
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command trend_command() {
  return {
      .line = {.command = "trend",
               .options = {period_options(), format_options({OutputFormat::table, OutputFormat::json}),
                           history_options()}},
      .run = run_trend,
      .summary = "show the forest over time: compliance and events",
      .usage = {"[OPTION]..."},
      .description = {"Shows for each scan how many CAs were found and assessed, and the share of all CAs that is "
                      "compliant (enforced or not exposed), before and after exceptions. CAs resolved through a third "
                      "party or an alternate mitigation count as compliant after exceptions; an accepted risk does "
                      "not. Events and the time to remediate (median and 90th percentile) follow.",
                      "A partial, interrupted or failed scan is marked with its letter. It has no share, and never "
                      "shows a CA as removed."},
      .examples = {{"Show the last 90 days", "casweep trend --last 90d"},
                   {"Get the time to remediate since a date",
                    "casweep trend --since 2026-01-01 --format json | jq '.time_to_remediate'"}},
      .exit_codes = {{"0", "the trend was shown"}, {"74", "the history cannot be used"}}};
}

}  // namespace casweep::cli
