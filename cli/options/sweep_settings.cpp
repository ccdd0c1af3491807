// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/sweep_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <chrono>

#include "cli/command_error.h"
#include "sweep/concurrency.h"

namespace casweep::cli {

namespace po = boost::program_options;

namespace {

constexpr int most_jobs = sweep::Concurrency::most;
constexpr int longest_deadline = 3600;

int number_between(const po::variables_map& values, const char* option, int least, int most) {
  const int number = values[option].as<int>();
  if (number >= least && number <= most) return number;
  throw CommandError(ExitCode::usage, fmt::format("--{} {} is out of range; choose a number from {} to {}.", option,
                                                  number, least, most));
}

}  // namespace

OptionGroup sweep_options(const std::string& what_ca_does, const std::string& remark) {
  constexpr int default_deadline = 15;
  OptionGroup group{.heading = "CAs"};
  auto add = group.options.add_options();
  add("ca", po::value<std::vector<std::string>>()->value_name("NAME"),
      fmt::format(
          "{}, named by its common name, display name, host, HOST\\CA or objectGUID, or by a part of a name that "
          "only one CA has; may be repeated{}",
          what_ca_does, remark)
          .c_str());
  add("jobs", po::value<int>()->value_name("N"),
      fmt::format("read N CAs at a time, 1 to {0} (default: as many as this machine and the network can serve, {0} at "
                  "most)",
                  most_jobs)
          .c_str());
  add("deadline", po::value<int>()->value_name("SECONDS")->default_value(default_deadline, ""),
      fmt::format("give up on a CA after this time, 1 to {} (default: {})", longest_deadline, default_deadline)
          .c_str());
  return group;
}

SweepSettings read_sweep_settings(const po::variables_map& values) {
  SweepSettings settings;
  if (values.count("jobs") > 0) settings.jobs = static_cast<unsigned>(number_between(values, "jobs", 1, most_jobs));
  settings.deadline = std::chrono::seconds(number_between(values, "deadline", 1, longest_deadline));
  if (values.count("ca") > 0) settings.cas = values["ca"].as<std::vector<std::string>>();
  if (std::ranges::find(settings.cas, "") != settings.cas.end()) {
    throw CommandError(ExitCode::usage, "--ca needs the name of a CA; 'casweep list' shows the names.");
  }
  return settings;
}

}  // namespace casweep::cli
