// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "cli/options/command_line.h"

namespace casweep::cli {

/// What help, a manual page or a shell's completion need to know of an option.
struct OptionFacts {
  std::string name;        ///< without the dashes: "password-file"
  std::string short_name;  ///< "o"; empty: none
  std::string value_name;  ///< "FILE"; empty: a flag
  std::string text;
  std::string heading;             ///< of its group; empty: the general options
  Source source;                   ///< where its value may come from
  bool takes_file;                 ///< the value is the name of a file or folder
  bool repeatable;                 ///< may be given several times, and each value counts
  std::vector<std::string> words;  ///< that the value may be; none: any text
  bool is_list;                    ///< the value may be several of `words`, separated by commas
};

/// Every option that `line` accepts, in the order of the help.
[[nodiscard]] std::vector<OptionFacts> options_of(const CommandLine& line);

}  // namespace casweep::cli
