// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/fail_on.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/program_options/value_semantic.hpp>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/nearest_word.h"
#include "cli/command_error.h"
#include "cli/options/word_list.h"
#include "cli/options/word_value.h"

namespace casweep::cli {

namespace po = boost::program_options;

namespace {

struct FailOnWord {
  std::string_view word;
  bool FailOn::*member;
  ExitCode code;
  std::string_view text;
};

constexpr std::string_view none = "none";

constexpr std::array fail_on_table{
    FailOnWord{"not-enforced", &FailOn::not_enforced, ExitCode::not_enforced, "a CA does not enforce encryption"},
    FailOnWord{"unknown", &FailOn::unknown, ExitCode::unknown,
               "the verdict on a CA is unknown (status: also if there is no complete scan yet)"},
    FailOnWord{"new-not-enforced", &FailOn::new_not_enforced, ExitCode::not_enforced,
               "a CA does not enforce encryption, which the complete scan before did not know"},
    FailOnWord{"became-unknown", &FailOn::became_unknown, ExitCode::unknown,
               "a CA was known until the complete scan before, and is unknown now"},
    FailOnWord{"regression", &FailOn::regression, ExitCode::not_enforced,
               "a CA that was compliant once does not enforce encryption now"},
    FailOnWord{"expired", &FailOn::expired, ExitCode::not_enforced,
               "the exception for a CA that is not compliant has expired"},
    FailOnWord{"removed-ca", &FailOn::removed_ca, ExitCode::not_enforced,
               "a CA was removed since the complete scan before"},
    FailOnWord{"new-ca", &FailOn::new_ca, ExitCode::not_enforced, "a CA is new since the complete scan before"},
    FailOnWord{"hidden-ca", &FailOn::hidden_ca, ExitCode::unknown,
               "the directory no longer shows a known CA to the account"},
};

/// "found: unknown, became-unknown or hidden-ca".
std::string found_words(ExitCode code) {
  std::vector<std::string> words;
  for (const FailOnWord& known : fail_on_table) {
    if (known.code == code) words.emplace_back(known.word);
  }
  return "found: " + alternatives(words);
}

std::vector<std::string> all_words() {
  std::vector<std::string> words{std::string(none)};
  for (const FailOnWord& known : fail_on_table) words.emplace_back(known.word);
  return words;
}

std::string words_that_say(const FailOn& fail_on) {
  std::vector<std::string_view> words;
  for (const FailOnWord& known : fail_on_table) {
    if (fail_on.*known.member) words.push_back(known.word);
  }
  return words.empty() ? std::string(none) : fmt::format("{}", fmt::join(words, ","));
}

void add(FailOn& fail_on, const std::string& word) {
  if (word == none) return;
  const auto* found = std::ranges::find(fail_on_table, word, &FailOnWord::word);
  if (found != fail_on_table.end()) {
    fail_on.*found->member = true;
    return;
  }
  const auto words = all_words();
  throw CommandError(ExitCode::usage, fmt::format("--fail-on does not know '{}'.{} It takes {}, separated by commas.",
                                                  word, base::did_you_mean(word, words), fmt::join(words, ", ")));
}

}  // namespace

OptionGroup fail_on_options(const FailOn& otherwise, Source source) {
  OptionGroup group{.heading = "Exit code", .source = source};
  auto add = group.options.add_options();
  add("fail-on", list_of("WORDS", all_words()),
      fmt::format("what makes the exit code other than 0, separated by commas; see below (default: {})",
                  words_that_say(otherwise))
          .c_str());
  add("strict", po::bool_switch(), "ignore the exceptions recorded with 'casweep accept'");
  return group;
}

HelpSection fail_on_words() {
  HelpSection section{.heading = "Words of --fail-on",
                      .paragraphs = {"CAs with an exception in force ('casweep accept --help') count for none of them "
                                     "but hidden-ca and expired."}};
  section.definitions.push_back({std::string(none), "none of the following"});
  for (const FailOnWord& known : fail_on_table) {
    section.definitions.push_back({std::string(known.word), std::string(known.text)});
  }
  return section;
}

std::vector<Definition> with_fail_on_codes(std::vector<Definition> others) {
  std::vector<Definition> codes{{"0", "nothing that --fail-on names was found"},
                                {"1", found_words(ExitCode::not_enforced)},
                                {"2", found_words(ExitCode::unknown)},
                                {"3", "both 1 and 2"}};
  std::ranges::move(others, std::back_inserter(codes));
  return codes;
}

FailOn read_fail_on(const po::variables_map& values, FailOn otherwise) {
  FailOn fail_on = otherwise;
  if (values.count("fail-on") > 0) {
    fail_on = FailOn::nothing();
    const auto chosen = split_words(values["fail-on"].as<std::string>());
    for (const std::string& word : chosen) add(fail_on, word);
    if (chosen.size() > 1 && std::ranges::find(chosen, "none") != chosen.end()) {
      throw CommandError(ExitCode::usage, "--fail-on none cannot be combined with other words.");
    }
  }
  fail_on.strict = values["strict"].as<bool>();
  return fail_on;
}

}  // namespace casweep::cli
