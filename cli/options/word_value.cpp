// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/word_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/any.hpp>
#include <boost/program_options/errors.hpp>
#include <utility>

#include "base/nearest_word.h"

namespace casweep::cli {

namespace po = boost::program_options;

namespace {

enum class CheckedBy { parser, command };

class WordValue : public po::typed_value<std::string> {
 public:
  WordValue(const std::string& value_name, std::vector<std::string> words, CheckedBy checked_by)
      : po::typed_value<std::string>(nullptr), words_(std::move(words)), checked_by_(checked_by) {
    this->value_name(value_name);
  }

  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }

  void xparse(boost::any& value_store, const std::vector<std::string>& new_tokens) const override {
    po::typed_value<std::string>::xparse(value_store, new_tokens);
    if (checked_by_ == CheckedBy::command) return;
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
  CheckedBy checked_by_;
};

}  // namespace

po::value_semantic* one_of(const std::string& value_name, std::vector<std::string> words) {
  return new WordValue(value_name, std::move(words), CheckedBy::parser);  // NOLINT: the options_description owns it
}

po::value_semantic* made_of(const std::string& value_name, std::vector<std::string> words) {
  return new WordValue(value_name, std::move(words), CheckedBy::command);  // NOLINT: the options_description owns it
}

std::vector<std::string> words_of(const po::value_semantic& value) {
  const auto* of_words = dynamic_cast<const WordValue*>(&value);
  return of_words == nullptr ? std::vector<std::string>{} : of_words->words();
}

std::string alternatives(std::span<const std::string> words) {
  if (words.size() < 2) return words.empty() ? "" : words.front();
  return fmt::format("{} or {}", fmt::join(words.first(words.size() - 1), ", "), words.back());
}

}  // namespace casweep::cli
