// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/nearest_word.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace casweep::base {
namespace {

TEST(NearestWord, IsOneThatWasMisspelledOrBegun) {
  const std::vector<std::string> options{"--deadline", "--strict", "--jobs"};
  EXPECT_EQ(nearest_word("--dedline", options), "--deadline");
  EXPECT_EQ(nearest_word("--dead", options), "--deadline");
  EXPECT_EQ(nearest_word("--jobs", options), "--jobs");
}

/// The dashes, which all options have, make no word more similar.
TEST(NearestWord, IsNoOtherWord) {
  EXPECT_EQ(nearest_word("--verdict", std::vector<std::string>{"--strict", "--deadline"}), "");
  EXPECT_EQ(nearest_word("--db", std::vector<std::string>{"--ca"}), "");
}

}  // namespace
}  // namespace casweep::base
