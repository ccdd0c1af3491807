// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/verbosity.h"

#include <boost/program_options/value_semantic.hpp>

#include "cli/command_error.h"

namespace casweep::cli {

namespace {

bool is_set(const po::variables_map& values, const char* flag) {
  return values.count(flag) > 0 && values[flag].as<bool>();
}

}  // namespace

OptionGroup verbosity_options(const std::string& quiet_text, const std::string& verbose_text) {
  OptionGroup group;
  auto add = group.options.add_options();
  if (!quiet_text.empty()) add("quiet,q", po::bool_switch(), quiet_text.c_str());
  if (!verbose_text.empty()) add("verbose,v", po::bool_switch(), verbose_text.c_str());
  if (!quiet_text.empty() && !verbose_text.empty()) group.opposites = {{"quiet", "verbose"}};
  return group;
}

Verbosity verbosity_of(const po::variables_map& values) {
  const bool quiet = is_set(values, "quiet");
  const bool verbose = is_set(values, "verbose");
  if (quiet && verbose)
    throw CommandError(ExitCode::usage, "--quiet and --verbose exclude each other; use one of them.");
  if (quiet) return Verbosity::quiet;
  return verbose ? Verbosity::verbose : Verbosity::usual;
}

}  // namespace casweep::cli
