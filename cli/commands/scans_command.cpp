// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
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

OptionGroup count_options() {
  constexpr int default_count = 20;
  OptionGroup group{.source = Source::arguments_only};
  auto add = group.options.add_options();
  add("newest", po::value<int>()->value_name("N")->default_value(default_count, ""),
      fmt::format("show the newest N scans (default: {})", default_count).c_str());
  add("all", po::bool_switch(), "show every scan");
  return group;
}

std::optional<std::size_t> newest_of(const po::variables_map& values) {
  if (values["all"].as<bool>()) return std::nullopt;
  const int newest = values["newest"].as<int>();
  if (newest > 0) return static_cast<std::size_t>(newest);
  throw CommandError(ExitCode::usage,
                     fmt::format("--newest {} is out of range; choose 1 or more, or --all for every scan.", newest));
}

int run_scans(const po::variables_map& values, const Environment& environment) {
  const OutputFormat format = output_format(values);
  const auto newest = newest_of(values);

  const auto history = store::History::open_existing(history_file(values, environment));
  auto scans = history.headlines(newest);
  std::ranges::reverse(scans);
  switch (format) {
    case OutputFormat::table:
      report::write_scans_table(environment.out, scans, table_style(environment));
      break;
    case OutputFormat::json:
      report::write_scans_json(environment.out, scans);
      break;
    case OutputFormat::csv:
      report::write_scans_csv(environment.out, scans);
      break;
  }
  return static_cast<int>(ExitCode::ok);
}

}  // namespace

Command scans_command() {
  return {
      .line = {.command = "scans",
               .options = {count_options(),
                           format_options({OutputFormat::table, OutputFormat::json, OutputFormat::csv}),
                           history_options()},
               .prints_document = true},
      .run = run_scans,
      .summary = "list recorded scans with their totals",
      .usage = {"[OPTION]..."},
      .description = {"Lists recorded scans, newest first, with their totals, including failed and interrupted scans."},
      .examples = {{"List the newest scans", "casweep scans"},
                   {"List the scans that are not complete",
                    "casweep scans --all --format json | \\\njq '.scans[] | select(.state != \"complete\")'"}},
      .exit_codes = {{"0", "the scans were listed"}, {"74", "the history cannot be used"}}};
}

}  // namespace casweep::cli
