// SPDX-License-Identifier: GPL-3.0-or-later

#include "report/words/dates.h"

#include <gtest/gtest.h>

#include <chrono>

namespace casweep::report {
namespace {

using namespace std::chrono_literals;

TEST(DurationText, IsRoundedDown) {
  EXPECT_EQ(duration_text(59'999ms), "59 s");
  EXPECT_EQ(duration_text(60s), "1 min");
  EXPECT_EQ(duration_text(119min), "1 h");
  EXPECT_EQ(duration_text(47h), "1 d");
}

TEST(AgoText, OfANegativeAgeIsInTheFuture) {
  EXPECT_EQ(ago_text(0ms), "0 s ago");
  EXPECT_EQ(ago_text(49h), "2 d ago");
  EXPECT_EQ(ago_text(-1ms), "in the future");
}

}  // namespace
}  // namespace casweep::report
