// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/option.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal/environment.h"

namespace casweep::cli {

namespace po = boost::program_options;

/// A config file: "name = value" lines for every run and, below [forest NAME], those for one forest.
struct ConfigFile {
  struct Forest {
    std::string name;  ///< letters, digits, '.', '-' and '_'; begins with a letter or digit
    std::string lines;
  };

  std::string name;            ///< of the file
  std::filesystem::path data;  ///< the folder whose subfolder NAME holds the history of the forest NAME
  std::string text;            ///< all of it
  std::string lines;           ///< before the first section
  std::vector<Forest> forests{};

  /// null: it has no such section.
  [[nodiscard]] const Forest* find(const std::string& forest) const;
};

/// Whether a section may have this name.
[[nodiscard]] bool is_forest_name(std::string_view name);

/// The config files of a run, the one that overrides the others first: `named` or, if that is empty, what
/// CASWEEP_CONFIG names (an empty value: no file), or else casweep/casweep.conf below $XDG_CONFIG_HOME (~/.config) and
/// the system's, if they exist. Throws CommandError (data) for a file that cannot be read, that other users can write
/// (it decides where a password is sent), or whose sections are wrong.
[[nodiscard]] std::vector<ConfigFile> config_files(const std::string& named, const Environment& environment);

/// The names of all forests that the files configure, each once, in their order.
[[nodiscard]] std::vector<std::string> forests_in(const std::vector<ConfigFile>& files);

/// How a line of a config file has the value `text`, which has no line breaks: in quotes where it needs them.
[[nodiscard]] std::string config_value(const std::string& text);

/// Those of `lines`, which are part of `file`, that `options` has; `config_keys` are all that a file may hold. Throws
/// CommandError (data) for any other key, and never repeats a value.
[[nodiscard]] po::parsed_options parse_config_lines(const ConfigFile& file, const std::string& lines,
                                                    const po::options_description& options,
                                                    const po::options_description& config_keys);

}  // namespace casweep::cli
