// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/sweep_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>

#include "base/ascii_case.h"
#include "base/terminal_text.h"
#include "cli/command_error.h"
#include "discovery/duplicate_objects.h"

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

bool same_name(const std::string& left, const std::string& right) {
  return !left.empty() && base::same_but_for_case(left, right);
}

bool is_named(const discovery::EnrollmentService& ca, const std::string& name) {
  return same_name(ca.common_name, name) || same_name(ca.display_name, name) ||
         same_name(ca.dns_host_name + "\\" + ca.common_name, name) ||
         same_name(ca.dns_host_name + "\\" + ca.display_name, name);
}

/// Which of `listed` are called `name`. A name can be made to look like the objectGUID of another CA; an objectGUID
/// cannot be chosen, so it comes first.
std::function<bool(const discovery::EnrollmentService&)> naming(std::span<const discovery::EnrollmentService> listed,
                                                                const std::string& name) {
  if (const auto guid = base::ObjectGuid::from_string(name)) {
    const auto has_guid = [guid = *guid](const auto& ca) { return discovery::has_object(ca, guid); };
    if (std::ranges::any_of(listed, has_guid)) return has_guid;
  }
  return [&name](const auto& ca) { return is_named(ca, name); };
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
  settings.options.jobs = static_cast<unsigned>(number_between(values, "jobs", 1, most_jobs));
  settings.options.deadline = std::chrono::seconds(number_between(values, "deadline", 1, longest_deadline));
  if (values.count("ca") > 0) settings.chosen = values["ca"].as<std::vector<std::string>>();
  if (std::ranges::find(settings.chosen, "") != settings.chosen.end()) {
    throw CommandError(ExitCode::usage, "--ca needs the name of a CA; 'casweep list' shows them.");
  }
  return settings;
}

std::vector<discovery::EnrollmentService> select_cas(std::span<const discovery::EnrollmentService> listed,
                                                     std::span<const std::string> chosen) {
  if (chosen.empty()) return {listed.begin(), listed.end()};

  std::vector<std::function<bool(const discovery::EnrollmentService&)>> named;
  for (const std::string& name : chosen) {
    named.push_back(naming(listed, name));
    if (std::ranges::any_of(listed, named.back())) continue;
    std::string message = fmt::format("The forest lists no CA '{}'; it lists others.", name);
    for (const auto& ca : listed) message += "\n  " + base::terminal_safe(name_of(ca));
    throw CommandError(ExitCode::usage, message);
  }
  std::vector<discovery::EnrollmentService> selected;
  std::ranges::copy_if(listed, std::back_inserter(selected), [&](const auto& ca) {
    return std::ranges::any_of(named, [&](const auto& is_this) { return is_this(ca); });
  });
  return selected;
}

}  // namespace casweep::cli
