// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/ca_selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/nearest_word.h"
#include "cli/command_error.h"
#include "cli/options/command_line.h"
#include "cli/options/output_format.h"
#include "cli/options/word_list.h"
#include "cli/options/word_value.h"

namespace casweep::cli {

namespace po = boost::program_options;

namespace {

using report::CaOrder;

constexpr std::array<std::pair<std::string_view, CaOrder>, 4> orders{
    {{"verdict", CaOrder::verdict}, {"name", CaOrder::name}, {"host", CaOrder::host}, {"since", CaOrder::since}}};

std::vector<std::string> verdict_list() {
  std::vector<std::string> words;
  for (const assess::Verdict verdict : assess::all_verdicts()) words.emplace_back(word_of(verdict));
  return words;
}

std::vector<std::string> order_list() {
  std::vector<std::string> words;
  for (const auto& [word, order] : orders) words.emplace_back(word);
  return words;
}

std::vector<assess::Verdict> chosen_verdicts(const std::string& list) {
  std::vector<assess::Verdict> verdicts;
  for (const std::string& word : split_words(list)) {
    const auto verdict = assess::verdict_of_word(word);
    const auto words = verdict_list();
    if (!verdict) {
      throw CommandError(ExitCode::usage, fmt::format("--only does not know '{}'.{} It takes {}, separated by commas.",
                                                      word, base::did_you_mean(word, words), fmt::join(words, ", ")));
    }
    verdicts.push_back(*verdict);
  }
  return verdicts;
}

}  // namespace

OptionGroup ca_selection_options() {
  OptionGroup group{.source = Source::arguments_only};
  auto add = group.options.add_options();
  add("all", po::bool_switch(), "list all CAs on a terminal, not only those that need action");
  add("only", list_of("VERDICTS", verdict_list()),
      fmt::format("list only the CAs with these verdicts, separated by commas: {}", alternatives(verdict_list()))
          .c_str());
  add("sort", one_of("ORDER", order_list()),
      fmt::format("{}: order of the CAs (default: verdict, the worst first)", alternatives(order_list())).c_str());
  return group;
}

report::CaSelection ca_selection(const po::variables_map& values, const Environment& environment) {
  report::CaSelection selection{.all = values["all"].as<bool>() || !environment.out_is_terminal};
  const std::string only = text_of(values, "only");
  if (values.count("only") > 0) selection.only = chosen_verdicts(only);
  for (const auto& [word, order] : orders) {
    if (word == text_of(values, "sort")) selection.order = order;
  }
  const bool chosen = values["all"].as<bool>() || values.count("only") > 0 || values.count("sort") > 0;
  if (chosen && output_format(values) != OutputFormat::table) {
    throw CommandError(ExitCode::usage,
                       "--all, --only and --sort are for tables; the other formats always contain all CAs.");
  }
  return selection;
}

}  // namespace casweep::cli
