// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace casweep::base {
namespace {

struct Animal {
  enum class Kind { cat, dog, mk2_robot };
};
using Kind = Animal::Kind;

constexpr auto kind_words = words<Kind>({{Kind::cat, "cat"}, {Kind::dog, "dog"}, {Kind::mk2_robot, "mk2-robot"}});

TEST(Words, BelongToTheirEnumerators) {
  EXPECT_EQ(kind_words.word_of(Kind::cat), "cat");
  EXPECT_EQ(kind_words.word_of(Kind::mk2_robot), "mk2-robot");
}

TEST(Words, MapBackToTheirEnumerators) {
  EXPECT_EQ(kind_words.key_of("dog"), Kind::dog);
  EXPECT_EQ(kind_words.key_of("Dog"), std::nullopt);
  EXPECT_EQ(kind_words.key_of(""), std::nullopt);
}

TEST(Words, ListTheEnumeratorsInTheirOrder) {
  EXPECT_THAT(kind_words.keys(), testing::ElementsAre(Kind::cat, Kind::dog, Kind::mk2_robot));
}

// This makes a table without the last enumerator fail to compile.
TEST(Words, DetectAnEnumeratorWithoutAWord) {
  EXPECT_TRUE((is_enumerator<Kind::dog>()));
  EXPECT_TRUE((is_enumerator<Kind::mk2_robot>()));
  EXPECT_FALSE((is_enumerator<static_cast<Kind>(3)>()));
}

}  // namespace
}  // namespace casweep::base
