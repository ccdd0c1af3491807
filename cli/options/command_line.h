// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options/option_group.h"
#include "cli/terminal/environment.h"

namespace casweep::cli {

enum class OperandCount { one, optional, many };

/// What an operand names, as far as a shell can complete it.
enum class OperandKind { text, file, command };

/// A word on the command line that needs no option, such as the CA of `casweep show CA`.
struct Operand {
  std::string name;
  std::string text;
  OperandCount count = OperandCount::one;  ///< `many` for the last one only: its value is a vector of texts
  std::vector<std::string> words{};        ///< that it may be; none: any text
  OperandKind kind = OperandKind::text;
};

/// What a command accepts.
struct CommandLine {
  std::string command;  ///< "scan", "db check"
  std::vector<Operand> operands{};
  std::vector<OptionGroup> options{};
  bool of_fleet = false;         ///< it is about several histories, so no section of the config file is chosen
  bool prints_document = false;  ///< it also has -o FILE and --force, which dispatch() carries out
};

/// The variable that may hold the value of an option: "CASWEEP_PASSWORD_FILE" for "password-file".
[[nodiscard]] std::string variable_name(std::string_view option);

/// Whether `line` declares the option, for example "db".
[[nodiscard]] bool has_option(const CommandLine& line, const std::string& name);

/// The options that are about one forest.
[[nodiscard]] const std::vector<std::string>& options_of_one_forest();

/// `environment` without the variables for these options: where a forest was named, they may be about another.
[[nodiscard]] Environment without_one_forest(Environment environment);

/// --forest, which chooses a section of the config file. Every command about a forest has it.
[[nodiscard]] OptionGroup forest_option();

/// The options of `line`, -o for a document, --config, which every command has, and --forest.
[[nodiscard]] std::vector<OptionGroup> groups_of(const CommandLine& line);

/// Every option that a config file may hold: one file serves all commands, and each takes the options that it has.
[[nodiscard]] po::options_description config_keys_of(std::span<const CommandLine> lines);

/// A value that an option takes.
struct Setting {
  std::string option;
  std::string value;  ///< several are separated by spaces
  std::string from;   ///< its source: "argument", "environment", "default", or the config file and its section
};

/// What the sources say: the values, and those of them that are not the program's defaults.
struct Settings {
  po::variables_map values;
  std::vector<Setting> settings;
};

/// The settings for `line`. Arguments override environment variables (`CASWEEP_PASSWORD_FILE` for `--password-file`),
/// which override the config file; this also holds where one excludes the other (`--server` as an argument, a `domain`
/// in the file). In the files, the values of a forest override those of every run, and the user's own file overrides
/// the system's. Warns of variables whose names are nearly right. Throws CommandError: usage for an argument, data for
/// a variable or a config file, with the nearest option as a hint. Values of unknown options are never repeated: they
/// may be secrets.
[[nodiscard]] Settings settings_of(const CommandLine& line, const po::options_description& config_keys,
                                   std::span<const std::string> arguments, const Environment& environment);

/// The values of settings_of(), with all operands of `line`.
[[nodiscard]] po::variables_map parse_command_line(const CommandLine& line, const po::options_description& config_keys,
                                                   std::span<const std::string> arguments,
                                                   const Environment& environment);

/// The value of an option that is a text; empty if it was not given.
[[nodiscard]] std::string text_of(const po::variables_map& values, const char* option);

}  // namespace casweep::cli
