// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/noted_head.h"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>

#include "base/octets.h"
#include "cli/command_error.h"

namespace casweep::cli {

namespace po = boost::program_options;

OptionGroup head_option() {
  OptionGroup group{.source = Source::arguments_only};
  group.options.add_options()("head", po::value<std::string>()->value_name("HASH"),
                              "check that this head of the ledger, noted earlier, is still part of it");
  return group;
}

std::string noted_head(const po::variables_map& values) {
  if (values.count("head") == 0) return {};
  auto head = values["head"].as<std::string>();
  const auto octets = base::from_hex(head);
  if (!octets || octets->size() != 32) {
    throw CommandError(
        ExitCode::usage,
        fmt::format("--head '{}' is not the head of a ledger, which is a SHA-256 of 64 hexadecimal digits.", head));
  }
  return base::to_hex(*octets);
}

}  // namespace casweep::cli
