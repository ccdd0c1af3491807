// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <span>
#include <string>
#include <vector>

#include "cli/terminal/environment.h"

namespace casweep::cli {

namespace po = boost::program_options;

/// What a command takes.
struct CommandLine {
  std::string command;                   ///< for messages: "scan"
  po::options_description configurable;  ///< may also come from the environment and the config file
  po::options_description arguments_only;
  std::vector<std::string> operands;  ///< names of the words without an option, in order; each once, all optional
  std::string more_operands{};        ///< name of all words after those, as a vector; empty: there are none
};

/// Every option that a config file may hold: one file serves all commands, each takes what it knows.
[[nodiscard]] po::options_description config_file_options();

/// The values for `line`: an argument goes before its variable (`CASWEEP_PASSWORD_FILE` for `--password-file`), and
/// that before the file of `--config`, also where one excludes the other (`--server` as an argument, a `domain` in the
/// file). Warns of variables that are nearly one of casweep's. Throws CommandError: usage for an argument, data for a
/// variable or a config file, with a hint at the nearest option. Values of unknown options are never repeated: they may
/// be secrets.
[[nodiscard]] po::variables_map parse_command_line(const CommandLine& line, std::span<const std::string> arguments,
                                                   const Environment& environment);

/// The value of an option that is a text; empty if it was not given.
[[nodiscard]] std::string text_of(const po::variables_map& values, const char* option);

}  // namespace casweep::cli
