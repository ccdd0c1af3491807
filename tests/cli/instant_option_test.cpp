// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/instant_option.h"

#include <gtest/gtest.h>

namespace casweep::cli {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

constexpr base::Instant day{sys_days{2026y / 11 / 23}};

TEST(InstantOption, TakesADateOrAnInstant) {
  EXPECT_EQ(instant_of("2026-11-23"), day);
  EXPECT_EQ(instant_of("2026-11-23T04:00Z"), day + 4h);
  EXPECT_EQ(instant_of("2026-11-23T04:00:05Z"), day + 4h + 5s);
  EXPECT_EQ(instant_of("2026-11-23T04:00:05.123Z"), day + 4h + 5s + 123ms);
  EXPECT_EQ(instant_of("2024-02-29"), base::Instant{sys_days{2024y / 2 / 29}});
}

TEST(InstantOption, EndsADateWithItsLastMoment) {
  EXPECT_EQ(end_of("2026-11-23"), day + 24h - 1ms);
  EXPECT_EQ(end_of("2026-11-23T04:00Z"), day + 4h);
}

/// A time without a zone would be another one elsewhere.
TEST(InstantOption, TakesNothingElse) {
  for (const char* text : {"", "2026", "2026-1-1", "2026-02-30", "2026-13-01", "2026-11-23T", "2026-11-23T04:00",
                           "2026-11-23T24:00Z", "2026-11-23T04:60Z", "2026-11-23 04:00Z", "2026-11-23T04:00:05.1Z",
                           "2026-11-23T04:00Zx", "+026-11-23", "tomorrow"}) {
    EXPECT_FALSE(instant_of(text)) << text;
    EXPECT_FALSE(end_of(text)) << text;
  }
}

TEST(DurationOption, TakesHoursDaysAndWeeks) {
  EXPECT_EQ(duration_of("12h"), 12h);
  EXPECT_EQ(duration_of("90d"), days{90});
  EXPECT_EQ(duration_of("4w"), weeks{4});
  for (const char* text : {"", "d", "90", "90x", "-1d", "0d", "1.5d", "9999999d", "90dd"}) {
    EXPECT_FALSE(duration_of(text)) << text;
  }
}

}  // namespace
}  // namespace casweep::cli
