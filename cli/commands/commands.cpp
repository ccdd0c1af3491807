// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <vector>

#include "base/nearest_word.h"
#include "cli/command_error.h"
#include "cli/options/help_text.h"
#include "cli/version.h"

namespace casweep::cli {
namespace {

bool asks_for_help(const std::string& argument) { return argument == "--help" || argument == "-h"; }

const Command& command_named(const std::string& name) {
  const auto all = commands();
  const auto command = std::ranges::find(all, name, &Command::name);
  if (command != all.end()) return *command;
  std::vector<std::string> names;
  for (const Command& candidate : all) names.emplace_back(candidate.name);
  throw CommandError(ExitCode::usage, fmt::format("There is no command '{}'.{} See 'casweep --help'.", name,
                                                  base::did_you_mean(name, names)));
}

}  // namespace

std::span<const Command> commands() {
  static constexpr std::array all{
      Command{"scan", run_scan, scan_help},
      Command{"list", run_list, list_help},
      Command{"show", run_show, show_help},
      Command{"status", run_status, status_help},
      Command{"history", run_history, history_help},
      Command{"trend", run_trend, trend_help},
      Command{"diff", run_diff, diff_help},
      Command{"scans", run_scans, scans_help},
      Command{"explain", run_explain, explain_help},
      Command{"accept", run_accept, accept_help},
      Command{"export", run_export, export_help},
      Command{"report", run_report, report_help},
      Command{"evidence", run_evidence, evidence_help},
      Command{"db", run_db, db_help},
  };
  return all;
}

int dispatch(std::span<const std::string> arguments, const Environment& environment) {
  if (arguments.empty()) {
    environment.err << general_help;
    return static_cast<int>(ExitCode::usage);
  }
  const std::string& first = arguments.front();
  if (asks_for_help(first) || (first == "help" && arguments.size() == 1)) {
    environment.out << general_help;
    return 0;
  }
  if (first == "--version") {
    environment.out << "casweep " << version() << '\n';
    return 0;
  }
  if (first == "help") {
    environment.out << command_named(arguments[1]).help;
    return 0;
  }
  const Command& command = command_named(first);
  const auto rest = arguments.subspan(1);
  if (std::ranges::any_of(rest, asks_for_help)) {
    environment.out << command.help;
    return 0;
  }
  return command.run(rest, environment);
}

}  // namespace casweep::cli
