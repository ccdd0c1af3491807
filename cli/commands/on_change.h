// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/help_section.h"
#include "cli/options/option_group.h"
#include "cli/terminal/environment.h"
#include "history/ca_summary.h"
#include "history/scan_record.h"

namespace casweep::cli {

/// The command that tells others what a scan found to be different.
struct OnChange {
  std::vector<std::string> words{};  ///< a program and its arguments; empty: there is none
  std::filesystem::path history{};
  std::string forest{};  ///< its section in the config file; empty: none was named
  std::string config{};  ///< the config file that was named; empty: none
};

/// --on-change.
[[nodiscard]] OptionGroup on_change_options();

/// What the command gets, and when it is run.
[[nodiscard]] HelpSection on_change_help();

/// Throws CommandError for a command that cannot be run (usage), or whose program other users can change (data).
[[nodiscard]] OnChange read_on_change(const boost::program_options::variables_map& values,
                                      const std::filesystem::path& history, const Environment& environment);

/// The words of `command`: spaces separate them, and '...' or "..." keeps the spaces between; nothing else has a
/// meaning. Throws CommandError (usage) for a quote without its end.
[[nodiscard]] std::vector<std::string> words_of_command(std::string_view command);

/// Runs the command if there is one and `scan` differs from the complete scan before it. Notes its failure, which
/// changes nothing about the scan. Throws Interrupted if a signal ended the wait for it.
void run_on_change(const OnChange& on_change, const history::ScanRecord& scan, const history::ForestStatus& forest,
                   const Environment& environment);

}  // namespace casweep::cli
