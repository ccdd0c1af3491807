// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/word_value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/any.hpp>
#include <boost/program_options/errors.hpp>
#include <utility>

#include "base/nearest_word.h"

namespace casweep::cli {

namespace po = boost::program_options;

namespace {

enum class WordRule { one_checked, one_unchecked, list_unchecked };

class WordValue : public po::typed_value<std::string> {
 public:
  WordValue(const std::string& value_name, std::vector<std::string> words, WordRule rule)
      : po::typed_value<std::string>(nullptr), words_(std::move(words)), rule_(rule) {
    this->value_name(value_name);
  }

  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }
  [[nodiscard]] WordRule rule() const { return rule_; }

  void xparse(boost::any& value_store, const std::vector<std::string>& new_tokens) const override {
    po::typed_value<std::string>::xparse(value_store, new_tokens);
    if (rule_ != WordRule::one_checked) return;
    const auto& word = boost::any_cast<const std::string&>(value_store);
    if (std::ranges::find(words_, word) != words_.end()) return;
    // boost::program_options adds the name of the option.
    po::error_with_option_name error("%canonical_option% does not know '%word%'.%nearest% It takes %words%");
    error.set_substitute("word", word);
    error.set_substitute("nearest", base::did_you_mean(word, words_));
    error.set_substitute("words", alternatives(words_));
    throw error;
  }

 private:
  std::vector<std::string> words_;
  WordRule rule_;
};

}  // namespace

po::value_semantic* one_of(const std::string& value_name, std::vector<std::string> words) {
  return new WordValue(value_name, std::move(words), WordRule::one_checked);  // NOLINT: the options_description owns it
}

po::value_semantic* one_of_unchecked(const std::string& value_name, std::vector<std::string> words) {
  return new WordValue(value_name, std::move(words), WordRule::one_unchecked);  // NOLINT: as above
}

po::value_semantic* list_of(const std::string& value_name, std::vector<std::string> words) {
  return new WordValue(value_name, std::move(words), WordRule::list_unchecked);  // NOLINT: as above
}

std::vector<std::string> words_of(const po::value_semantic& value) {
  const auto* of_words = dynamic_cast<const WordValue*>(&value);
  return of_words == nullptr ? std::vector<std::string>{} : of_words->words();
}

bool is_list(const po::value_semantic& value) {
  const auto* of_words = dynamic_cast<const WordValue*>(&value);
  return of_words != nullptr && of_words->rule() == WordRule::list_unchecked;
}

std::string alternatives(std::span<const std::string> words) {
  if (words.size() < 2) return words.empty() ? "" : words.front();
  return fmt::format("{} or {}", fmt::join(words.first(words.size() - 1), ", "), words.back());
}

}  // namespace casweep::cli
