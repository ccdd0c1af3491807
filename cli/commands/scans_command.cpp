// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cli/command_error.h"
#include "cli/commands/commands.h"
#include "cli/options/command_line.h"
#include "cli/options/history_file.h"
#include "cli/options/output_format.h"
#include "report/table/trend_report.h"
#include "store/history.h"

namespace casweep::cli {
namespace {

std::optional<std::size_t> newest_of(const po::variables_map& values) {
  if (values["all"].as<bool>()) return std::nullopt;
  const int newest = values["newest"].as<int>();
  if (newest > 0) return static_cast<std::size_t>(newest);
  throw CommandError(ExitCode::usage,
                     fmt::format("--newest is {}; it is 1 or more, and --all shows every scan.", newest));
}

}  // namespace

int run_scans(std::span<const std::string> arguments, const Environment& environment) {
  CommandLine line{"scans", {}, {}, {}};
  line.configurable.add(history_options()).add(format_options());
  line.arguments_only.add_options()("newest", po::value<int>()->default_value(20))("all", po::bool_switch());
  const po::variables_map values = parse_command_line(line, arguments, environment);
  constexpr std::array formats{OutputFormat::table, OutputFormat::json};
  const OutputFormat format = output_format(values, formats);
  const auto newest = newest_of(values);

  const auto history = store::History::open_existing(history_file(values, environment));
  auto scans = history.headlines(newest);
  std::ranges::reverse(scans);
  if (format == OutputFormat::json) {
    report::write_scans_json(environment.out, scans);
  } else {
    report::write_scans_table(environment.out, scans, table_style(environment));
  }
  return static_cast<int>(ExitCode::compliant);
}

}  // namespace casweep::cli
