// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/fail_on.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/nearest_word.h"
#include "cli/command_error.h"

namespace casweep::cli {

namespace po = boost::program_options;

namespace {

const std::vector<std::string> fail_on_words{"none",    "not-enforced", "unknown", "regression",
                                             "expired", "removed-ca",   "new-ca",  "hidden-ca"};

/// The words of "not-enforced,unknown".
std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  for (bool more = true; more;) {
    const auto comma = list.find(',');
    more = comma != std::string_view::npos;
    parts.emplace_back(list.substr(0, comma));
    if (more) list.remove_prefix(comma + 1);
  }
  return parts;
}

void add(FailOn& fail_on, const std::string& word) {
  if (word == "not-enforced") {
    fail_on.not_enforced = true;
  } else if (word == "unknown") {
    fail_on.unknown = true;
  } else if (word == "regression") {
    fail_on.regression = true;
  } else if (word == "expired") {
    fail_on.expired = true;
  } else if (word == "removed-ca") {
    fail_on.removed_ca = true;
  } else if (word == "new-ca") {
    fail_on.new_ca = true;
  } else if (word == "hidden-ca") {
    fail_on.hidden_ca = true;
  } else if (word != "none") {
    throw CommandError(
        ExitCode::usage,
        fmt::format("--fail-on takes none, not-enforced, unknown, regression, expired, removed-ca, new-ca "
                    "or hidden-ca, separated by commas; '{}' is not one of them.{}",
                    word, base::did_you_mean(word, fail_on_words)));
  }
}

}  // namespace

po::options_description fail_on_options() {
  po::options_description options;
  options.add_options()("fail-on", po::value<std::string>())("strict", po::bool_switch());
  return options;
}

FailOn read_fail_on(const po::variables_map& values, FailOn otherwise) {
  FailOn fail_on = otherwise;
  if (values.count("fail-on") > 0) {
    fail_on = FailOn::nothing();
    const auto chosen = split(values["fail-on"].as<std::string>());
    for (const std::string& word : chosen) add(fail_on, word);
    if (chosen.size() > 1 && std::ranges::find(chosen, "none") != chosen.end()) {
      throw CommandError(ExitCode::usage, "--fail-on none cannot be combined with other words.");
    }
  }
  fail_on.strict = values["strict"].as<bool>();
  return fail_on;
}

}  // namespace casweep::cli
