// SPDX-License-Identifier: GPL-3.0-or-later
// The words of the published schemas are those of the program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "assess/reason.h"
#include "discovery/directory_error.h"

namespace casweep::report {
namespace {

nlohmann::json schema_of(const std::string& name) {
  std::ifstream file(std::filesystem::path(CASWEEP_SCHEMA) / ("casweep-" + name + ".schema.json"));
  return nlohmann::json::parse(file);
}

template <typename Keys>
std::vector<std::string> words_of(Keys keys) {
  std::vector<std::string> words;
  for (const auto key : keys) words.emplace_back(word_of(key));
  return words;
}

TEST(Schema, OfAScanKnowsEveryReasonAndVerdict) {
  const auto definitions = schema_of("scan").at("definitions");
  EXPECT_THAT(definitions.at("reason").at("enum").get<std::vector<std::string>>(),
              testing::UnorderedElementsAreArray(words_of(assess::all_reasons())));
  EXPECT_THAT(definitions.at("ca").at("properties").at("verdict").at("enum").get<std::vector<std::string>>(),
              testing::UnorderedElementsAreArray(words_of(assess::all_verdicts())));
}

TEST(Schema, OfAnExplanationKnowsEveryFailureOfADirectory) {
  const auto unseen = schema_of("explain").at("properties").at("unseen").at("items").at("properties");
  EXPECT_THAT(unseen.at("reason").at("enum").get<std::vector<std::string>>(),
              testing::IsSupersetOf(words_of(discovery::all_directory_error_kinds())));
}

}  // namespace
}  // namespace casweep::report
