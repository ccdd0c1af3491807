// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/options_description.hpp>
#include <string>
#include <utility>
#include <vector>

namespace casweep::cli {

namespace po = boost::program_options;

/// Where the values of options may come from.
enum class Source {
  anywhere,       ///< arguments, environment variables and the config file
  arguments_only  ///< options that should not be set for every run
};

/// Options that the help shows together. Each has its value name and its text: parsing and help are made from the same
/// declaration.
struct OptionGroup {
  std::string heading{};  ///< empty: the general options of a command
  po::options_description options{};
  Source source = Source::anywhere;
  /// Pairs that exclude each other. One from a higher source (argument, variable, config file) removes the other from a
  /// lower one; from the same source they are an error.
  std::vector<std::pair<std::string, std::string>> opposites{};
};

}  // namespace casweep::cli
