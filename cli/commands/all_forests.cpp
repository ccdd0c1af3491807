// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/all_forests.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/program_options/value_semantic.hpp>
#include <ostream>

#include "cli/command_error.h"
#include "cli/failure.h"
#include "cli/options/config_file.h"
#include "cli/options/output_format.h"

namespace casweep::cli {
namespace {

constexpr std::array of_one_forest{"forest", "domain", "server", "db", "ca", "output"};

/// From here on, exit codes are those of signals: nobody wants the remaining forests to be scanned.
constexpr int first_of_signals = 128;

/// Findings add up, as those of one scan do: 1 is not enforced, 2 is unknown, 3 is both.
int code_of_both(int left, int right) {
  constexpr int all_findings = static_cast<int>(ExitCode::not_enforced_and_unknown);
  return std::max(left, right) <= all_findings ? left | right : std::max(left, right);
}

}  // namespace

OptionGroup all_forests_option() {
  OptionGroup group{.source = Source::arguments_only};
  for (const char* option : of_one_forest) group.opposites.emplace_back("all-forests", option);
  group.options.add_options()("all-forests", po::bool_switch(),
                              "scan every [forest NAME] of the config file, one after the other");
  return group;
}

bool wants_all_forests(const po::variables_map& values) {
  if (values.count("all-forests") == 0 || !values["all-forests"].as<bool>()) return false;
  for (const char* option : of_one_forest) {
    if (values.count(option) == 0) continue;
    throw CommandError(ExitCode::usage,
                       fmt::format("--all-forests cannot be combined with --{}, which is about one forest.", option));
  }
  if (output_format(values) != OutputFormat::table) {
    throw CommandError(ExitCode::usage,
                       "--all-forests prints tables only; for other formats, scan each forest with --forest.");
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
