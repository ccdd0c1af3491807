// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/trend.h"

#include <gtest/gtest.h>

#include <vector>

namespace casweep::history {
namespace {

using std::chrono::milliseconds;

std::vector<milliseconds> up_to(int last) {
  std::vector<milliseconds> sorted;
  for (int i = 1; i <= last; ++i) sorted.emplace_back(i);
  return sorted;
}

TEST(Percentile, IsATimeThatWasTaken) {
  EXPECT_EQ(percentile(up_to(10), 50), milliseconds{5});
  EXPECT_EQ(percentile(up_to(10), 90), milliseconds{9});
  EXPECT_EQ(percentile(up_to(11), 50), milliseconds{6});
  EXPECT_EQ(percentile(up_to(1), 90), milliseconds{1});
  EXPECT_EQ(percentile(up_to(3), 100), milliseconds{3});
}

TEST(Percentile, OfNothingIsNothing) { EXPECT_EQ(percentile({}, 50), std::nullopt); }

TEST(ScanHeadline, SpeaksOfTheForestOnlyIfItIsComplete) {
  EXPECT_TRUE((ScanHeadline{.state = ScanState::complete, .discovered = 1}).speaks_of_forest());
  EXPECT_FALSE((ScanHeadline{.state = ScanState::partial, .discovered = 1}).speaks_of_forest());
  EXPECT_FALSE((ScanHeadline{.state = ScanState::interrupted, .discovered = 1}).speaks_of_forest());
  EXPECT_FALSE((ScanHeadline{.state = ScanState::complete}).speaks_of_forest());
}

}  // namespace
}  // namespace casweep::history
