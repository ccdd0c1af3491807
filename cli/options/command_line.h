// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <span>
#include <string>
#include <vector>

#include "cli/options/option_group.h"
#include "cli/terminal/environment.h"

namespace casweep::cli {

enum class OperandCount { one, optional, many };

/// A word on the command line that needs no option, such as the CA of `casweep show CA`.
struct Operand {
  std::string name;
  std::string text;
  OperandCount count = OperandCount::one;  ///< `many` for the last one only: its value is a vector of texts
  std::vector<std::string> words{};        ///< that it may be; none: any text
};

/// What a command accepts.
struct CommandLine {
  std::string command;  ///< "scan", "db check"
  std::vector<Operand> operands{};
  std::vector<OptionGroup> options{};
  bool prints_document = false;  ///< it also has -o FILE and --force, which dispatch() carries out
};

/// The options of `line`, -o for a document, and --config, which every command has.
[[nodiscard]] std::vector<OptionGroup> groups_of(const CommandLine& line);

/// Every option that a config file may hold: one file serves all commands, and each takes the options that it has.
[[nodiscard]] po::options_description config_keys_of(std::span<const CommandLine> lines);

/// The values for `line`. Arguments override environment variables (`CASWEEP_PASSWORD_FILE` for `--password-file`),
/// which override the config file; this also holds where one excludes the other (`--server` as an argument, a `domain`
/// in the file). Warns of variables whose names are nearly right. Throws CommandError: usage for an argument, data for
/// a variable or a config file, with the nearest option as a hint. Values of unknown options are never repeated: they
/// may be secrets.
[[nodiscard]] po::variables_map parse_command_line(const CommandLine& line, const po::options_description& config_keys,
                                                   std::span<const std::string> arguments,
                                                   const Environment& environment);

/// The value of an option that is a text; empty if it was not given.
[[nodiscard]] std::string text_of(const po::variables_map& values, const char* option);

}  // namespace casweep::cli
