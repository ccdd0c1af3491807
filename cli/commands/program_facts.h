// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "cli/options/help_section.h"

namespace casweep::cli {

/// A fact that holds for the commands that have an option, whichever commands these are.
struct SharedFact {
  Definition definition;
  std::string option;  ///< "db": for commands with --db; empty: for the program only
};

/// What the general help and the manual pages say of casweep as a whole.
struct ProgramFacts {
  std::string summary;
  std::string description;
  std::vector<Definition> options;      ///< without a command
  std::string precedence;               ///< of arguments, variables and the config file
  std::vector<SharedFact> environment;  ///< the variables that casweep reads
  std::vector<SharedFact> files;
  std::vector<std::string> config_files;  ///< paragraphs
  std::string passwords;
  std::vector<Example> examples;
  std::vector<Definition> exit_codes;
};

[[nodiscard]] const ProgramFacts& program_facts();

}  // namespace casweep::cli
