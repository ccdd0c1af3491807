// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/option_facts.h"

#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <typeinfo>

#include "cli/options/word_value.h"

namespace casweep::cli {
namespace {

bool is_repeatable(const po::value_semantic& value) {
  const auto* typed = dynamic_cast<const po::typed_value_base*>(&value);
  return typed != nullptr && typed->value_type() == typeid(std::vector<std::string>);
}

OptionFacts facts_of(const po::option_description& option, const OptionGroup& group) {
  const po::value_semantic& value = *option.semantic();
  const std::string short_name = option.canonical_display_name(po::command_line_style::allow_dash_for_short);
  const std::string value_name = value.max_tokens() == 0 ? "" : value.name();
  return {.name = option.long_name(),
          .short_name = short_name.starts_with('-') ? short_name.substr(1) : "",
          .value_name = value_name,
          .text = option.description(),
          .heading = group.heading,
          .source = group.source,
          .takes_file = value_name.find("FILE") != std::string::npos || value_name.find("FOLDER") != std::string::npos,
          .repeatable = is_repeatable(value),
          .words = words_of(value),
          .is_list = is_list(value)};
}

}  // namespace

std::vector<OptionFacts> options_of(const CommandLine& line) {
  std::vector<OptionFacts> facts;
  for (const OptionGroup& group : groups_of(line)) {
    for (const auto& option : group.options.options()) facts.push_back(facts_of(*option, group));
  }
  return facts;
}

}  // namespace casweep::cli
