// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/hub_option.h"

#include <boost/program_options/value_semantic.hpp>
#include <string>

#include "cli/command_error.h"
#include "cli/options/command_line.h"

namespace casweep::cli {

OptionGroup hub_options(const char* text) {
  OptionGroup group{.heading = "Hub"};
  group.options.add_options()("hub", po::value<std::string>()->value_name("CONNINFO"), text);
  return group;
}

std::optional<hub::HubAddress> chosen_hub(const po::variables_map& values) {
  if (values.count("hub") == 0) return std::nullopt;
  const std::string conninfo = text_of(values, "hub");
  if (conninfo.empty()) throw CommandError(ExitCode::usage, "--hub needs the address of a hub.");
  return hub::read_hub_address(conninfo);
}

hub::HubAddress required_hub(const po::variables_map& values) {
  if (auto address = chosen_hub(values)) return *std::move(address);
  throw CommandError(ExitCode::usage,
                     "No hub is named; use --hub, for example --hub service=casweep, or the key 'hub' of the config "
                     "file.");
}

}  // namespace casweep::cli
