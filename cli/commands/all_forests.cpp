// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/all_forests.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "cli/command_error.h"
#include "cli/commands/scan_outputs.h"
#include "cli/failure.h"
#include "cli/options/config_file.h"
#include "cli/options/output_format.h"

namespace casweep::cli {
namespace {

/// From here on, exit codes are those of signals, which end the whole run.
constexpr int first_of_signals = 128;

/// Findings add up, as those of one scan do: 1 is not enforced, 2 is unknown, 3 is both.
int code_of_both(int left, int right) {
  constexpr int all_findings = static_cast<int>(ExitCode::not_enforced_and_unknown);
  return std::max(left, right) <= all_findings ? left | right : std::max(left, right);
}

/// The files that the scan of each forest writes.
std::vector<std::string> files_of_a_scan(const po::variables_map& values) {
  std::vector<std::string> files;
  for (const char* option : {"report", "head-file"}) {
    if (values.count(option) > 0) files.push_back(text_of(values, option));
  }
  if (values.count("export") > 0) {
    const auto& exports = values["export"].as<std::vector<std::string>>();
    files.insert(files.end(), exports.begin(), exports.end());
  }
  return files;
}

}  // namespace

OptionGroup all_forests_option() {
  OptionGroup group{.source = Source::arguments_only};
  for (const std::string& option : options_of_one_forest()) group.opposites.emplace_back("all-forests", option);
  group.options.add_options()("all-forests", po::bool_switch(),
                              "scan every [forest NAME] of the config file, one after the other");
  return group;
}

bool wants_all_forests(const po::variables_map& values) {
  if (values.count("all-forests") == 0 || !values["all-forests"].as<bool>()) return false;
  for (const std::string& option : options_of_one_forest()) {
    if (values.count(option) == 0) continue;
    throw CommandError(ExitCode::usage,
                       fmt::format("--all-forests cannot be combined with --{}, which is about one forest.", option));
  }
  if (output_format(values) != OutputFormat::table) {
    throw CommandError(ExitCode::usage,
                       "--all-forests prints tables only; for other formats, scan each forest with --forest.");
  }
  for (const std::string& file : files_of_a_scan(values)) {
    if (dated_name(file, {}, "one") != dated_name(file, {}, "another")) continue;
    throw CommandError(
        ExitCode::usage,
        fmt::format("Each forest would replace '{}'; put %f, which stands for the forest, into its name.", file));
  }
  return true;
}

int run_in_all_forests(const po::variables_map& values, const Environment& environment,
                       const std::function<int(const std::string& forest)>& run) {
  const auto forests = forests_in(config_files(text_of(values, "config"), environment));
  if (forests.empty()) {
    throw CommandError(ExitCode::data, "The config file has no [forest NAME] section to scan; see 'casweep help'.");
  }
  int code = 0;
  std::string codes;
  for (const std::string& forest : forests) {
    environment.out << "Forest " << forest << "\n\n" << std::flush;
    const int of_forest = exit_code_of_running(environment, [&] { return run(forest); });
    code = code_of_both(code, of_forest);
    codes += fmt::format("{}{} ({})", codes.empty() ? "" : ", ", forest, of_forest);
    environment.out << '\n';
    if (of_forest >= first_of_signals) break;
  }
  environment.out << fmt::format("Exit codes of the forests: {}.\n", codes);
  return code;
}

}  // namespace casweep::cli
