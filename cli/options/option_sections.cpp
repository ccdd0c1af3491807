// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/option_sections.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <string_view>

namespace casweep::cli {
namespace {

std::string heading_of(const OptionFacts& option, std::span<const OptionFacts> options) {
  if (!option.heading.empty()) return option.heading;
  const bool alone = std::ranges::all_of(options, [](const OptionFacts& other) { return other.heading.empty(); });
  return alone ? "Options" : "Other options";
}

std::string list_of_names(std::span<const std::string> names) {
  if (names.size() < 2) return names.empty() ? "" : names.front();
  return fmt::format("{} and {}", fmt::join(names.first(names.size() - 1), ", "), names.back());
}

}  // namespace

std::vector<OptionSection> option_sections(const CommandLine& line) {
  const auto options = options_of(line);
  std::vector<OptionSection> sections;
  for (const OptionFacts& option : options) {
    const std::string heading = heading_of(option, options);
    auto section = std::ranges::find(sections, heading, &OptionSection::heading);
    if (section == sections.end()) section = sections.insert(section, {heading, {}});
    section->options.push_back(option);
  }
  // groups_of() has --config at its end.
  const auto general = std::ranges::find(sections, heading_of(options.back(), options), &OptionSection::heading);
  std::rotate(general, general + 1, sections.end());
  return sections;
}

std::string configurable_options_sentence(const CommandLine& line) {
  std::vector<std::string> configurable;
  std::vector<std::string> others;
  for (const OptionFacts& option : options_of(line)) {
    (option.source == Source::anywhere ? configurable : others).push_back("--" + option.name);
  }
  if (configurable.empty()) return {};
  constexpr std::string_view where = "can also be set in a config file or in the environment";
  // The shorter list is easier to read.
  if (others.size() < configurable.size()) {
    return fmt::format("All options except {} {}", list_of_names(others), where);
  }
  return fmt::format("{} {}", list_of_names(configurable), where);
}

}  // namespace casweep::cli
