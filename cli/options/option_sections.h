// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "cli/options/command_line.h"
#include "cli/options/option_facts.h"

namespace casweep::cli {

/// Options that are shown below one heading.
struct OptionSection {
  std::string heading;
  std::vector<OptionFacts> options;
};

/// Every option that `line` accepts, as the help and the manual page show them: the general options come last.
[[nodiscard]] std::vector<OptionSection> option_sections(const CommandLine& line);

/// Which options of `line` a config file and variables may hold, as a sentence without its end, such as "--format and
/// --db can also be set in a config file or in the environment"; empty: none.
[[nodiscard]] std::string configurable_options_sentence(const CommandLine& line);

}  // namespace casweep::cli
