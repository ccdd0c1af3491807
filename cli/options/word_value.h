// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/value_semantic.hpp>
#include <span>
#include <string>
#include <vector>

namespace casweep::cli {

/// The value of an option that takes one of `words`; parsing refuses any other. For po::options_description, which owns
/// it.
[[nodiscard]] boost::program_options::value_semantic* one_of(const std::string& value_name,
                                                             std::vector<std::string> words);

/// The same, but the command checks the word.
[[nodiscard]] boost::program_options::value_semantic* one_of_unchecked(const std::string& value_name,
                                                                       std::vector<std::string> words);

/// The value of an option that takes some of `words`, separated by commas; the command checks it.
[[nodiscard]] boost::program_options::value_semantic* list_of(const std::string& value_name,
                                                              std::vector<std::string> words);

/// The words of such a value; none for any other.
[[nodiscard]] std::vector<std::string> words_of(const boost::program_options::value_semantic& value);

/// Whether the value is a list_of() words.
[[nodiscard]] bool is_list(const boost::program_options::value_semantic& value);

/// "table, json or csv"
[[nodiscard]] std::string alternatives(std::span<const std::string> words);

}  // namespace casweep::cli
