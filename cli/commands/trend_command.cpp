// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <optional>
#include <string>
#include <string_view>

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

base::Instant instant_in(const po::variables_map& values, const char* option,
                         std::optional<base::Instant> (*instant)(std::string_view)) {
  const auto& text = values[option].as<std::string>();
  if (const auto then = instant(text)) return *then;
  throw CommandError(ExitCode::usage,
                     fmt::format("--{} '{}' is not a date; write 2026-11-23 or 2026-11-23T04:00Z.", option, text));
}

struct Period {
  std::optional<base::Instant> since{};
  std::optional<base::Instant> until{};
};

Period period_of(const po::variables_map& values, base::Instant now) {
  Period period;
  if (values.count("until") > 0) period.until = instant_in(values, "until", end_of);
  if (values.count("since") > 0) period.since = instant_in(values, "since", instant_of);
  if (values.count("last") > 0) {
    if (period.since || period.until) {
      throw CommandError(ExitCode::usage, "--last excludes --since and --until; use one of them.");
    }
    const auto& text = values["last"].as<std::string>();
    period.since = ago_of(text, now);
    if (!period.since) {
      throw CommandError(ExitCode::usage,
                         fmt::format("--last '{}' is not a length of time; write 90d, 12h, 4w, 3m or 1y.", text));
    }
  }
  if (period.since && period.until && *period.since > *period.until) {
    throw CommandError(ExitCode::usage, "--since is after --until; swap them.");
  }
  return period;
}

OptionGroup period_options() {
  OptionGroup group{.source = Source::arguments_only};
  auto add = group.options.add_options();
  add("since", po::value<std::string>()->value_name("DATE"),
      "start at this date or time in UTC: 2026-11-23 or 2026-11-23T04:00Z (default: the first scan)");
  add("until", po::value<std::string>()->value_name("DATE"),
      "end with this date or time in UTC, and show the forest as it was then (default: now)");
  add("last", po::value<std::string>()->value_name("LENGTH"), "start this long ago: 90d, 12h, 4w, 3m (months) or 1y");
  return group;
}

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
                   .options = {period_options(),
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
