// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <string>
#include <vector>

#include "cli/log/event_log.h"
#include "cli/options/command_line.h"
#include "cli/options/help_section.h"
#include "cli/terminal/environment.h"

namespace casweep::cli {

/// Runs with the values of the command line; returns the exit code, throws what ends it early.
using RunCommand = int (*)(const po::variables_map& values, const Environment& environment);

/// A command of casweep: what it accepts, what it does and what its help says.
struct Command {
  CommandLine line;
  RunCommand run;
  LogEvent failure = LogEvent::error;    ///< the event of an error that ends it, in a log
  bool asks_directory = false;           ///< so 'casweep doctor' can say why it failed
  std::string summary;                   ///< in a line of the list of commands, which begins with a verb
  std::vector<std::string> usage;        ///< what follows the command's name, a form each
  std::vector<std::string> description;  ///< paragraphs
  std::vector<HelpSection> sections{};   ///< after the options
  std::vector<Example> examples;
  std::vector<Definition> exit_codes;  ///< those with a meaning of its own; the general help has the others
};

}  // namespace casweep::cli
