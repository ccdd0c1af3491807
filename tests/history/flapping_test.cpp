// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/flapping.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace casweep::history {
namespace {

CaStory story_with_changes(std::initializer_list<std::int64_t> scans) {
  CaStory story;
  for (const auto scan : scans) story.verdict_changes.push_back({.scan = scan});
  return story;
}

/// Of a CA that every scan until `last` read, each with a known verdict.
OldestReading read_by_all_until(std::int64_t last) {
  return [last](std::size_t newest) { return last - static_cast<std::int64_t>(newest) + 1; };
}

TEST(Flapping, IsAThirdChangeWithinTenReadings) {
  EXPECT_TRUE(is_flapping(story_with_changes({12, 15, 20}), read_by_all_until(20)));
  EXPECT_TRUE(is_flapping(story_with_changes({2, 3, 18, 19, 20}), read_by_all_until(20)));
}

/// The ten readings are 11 to 20: the change in 11 is one from scan 10, which is not among them.
TEST(Flapping, CountsOnlyChangesBetweenTheTen) {
  EXPECT_FALSE(is_flapping(story_with_changes({11, 15, 20}), read_by_all_until(20)));
}

TEST(Flapping, EndsWithTenReadingsOfOneVerdict) {
  const auto story = story_with_changes({18, 19, 20});
  EXPECT_TRUE(is_flapping(story, read_by_all_until(26)));
  EXPECT_FALSE(is_flapping(story, read_by_all_until(27)));
}

TEST(Flapping, NeedsThreeChangesBeforeAnyReadingIsLookedUp) {
  const auto not_asked = [](std::size_t) -> std::int64_t {
    ADD_FAILURE();
    return 0;
  };
  EXPECT_FALSE(is_flapping(story_with_changes({}), not_asked));
  EXPECT_FALSE(is_flapping(story_with_changes({19, 20}), not_asked));
}

}  // namespace
}  // namespace casweep::history
