// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/sweep_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "cli/command_error.h"

namespace casweep::cli {

namespace po = boost::program_options;

namespace {

constexpr int most_jobs = 256;
constexpr int longest_deadline = 3600;

int number_between(const po::variables_map& values, const char* option, int least, int most) {
  const int number = values[option].as<int>();
  if (number >= least && number <= most) return number;
  throw CommandError(ExitCode::usage, fmt::format("--{} is {}; it goes from {} to {}.", option, number, least, most));
}

}  // namespace

po::options_description sweep_options() {
  po::options_description options;
  options.add_options()("jobs", po::value<int>()->default_value(32))("deadline", po::value<int>()->default_value(15))(
      "ca", po::value<std::vector<std::string>>());
  return options;
}

SweepSettings read_sweep_settings(const po::variables_map& values) {
  SweepSettings settings;
  settings.jobs = static_cast<unsigned>(number_between(values, "jobs", 1, most_jobs));
  settings.deadline = std::chrono::seconds(number_between(values, "deadline", 1, longest_deadline));
  if (values.count("ca") > 0) settings.cas = values["ca"].as<std::vector<std::string>>();
  if (std::ranges::find(settings.cas, "") != settings.cas.end()) {
    throw CommandError(ExitCode::usage, "--ca needs the name of a CA; 'casweep list' shows them.");
  }
  return settings;
}

}  // namespace casweep::cli
