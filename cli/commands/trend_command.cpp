// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <array>
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
    throw CommandError(ExitCode::usage, "--since and --last say the same; leave one away.");
  }
  if (values.count("since") > 0) {
    const auto& text = values["since"].as<std::string>();
    if (const auto since = instant_of(text)) return since;
    throw CommandError(ExitCode::usage,
                       fmt::format("--since '{}' is no date; write 2026-11-23 or 2026-11-23T04:00Z.", text));
  }
  if (values.count("last") > 0) {
    const auto& text = values["last"].as<std::string>();
    if (const auto last = duration_of(text)) return now - *last;
    throw CommandError(ExitCode::usage, fmt::format("--last '{}' is no length of time; write 90d, 12h or 4w.", text));
  }
  return std::nullopt;
}

}  // namespace

int run_trend(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"trend", {}, {}, {}};
  line.configurable.add(history_options()).add(format_options());
  line.arguments_only.add_options()("since", po::value<std::string>())("last", po::value<std::string>());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  constexpr std::array formats{OutputFormat::table, OutputFormat::json};
  const OutputFormat format = output_format(values, formats);
  const base::Instant now = environment.now();
  const auto since = since_of(values, now);

  const auto history = store::History::open_existing(history_file(values, environment));
  const history::Trend trend = history.trend(since, now);
  if (format == OutputFormat::json) {
    report::write_trend_json(environment.out, trend);
  } else {
    report::write_trend_table(environment.out, trend, table_style(environment));
  }
  return static_cast<int>(ExitCode::compliant);
}

}  // namespace casweep::cli
