// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/instant_option.h"

#include <gtest/gtest.h>

#include <string>

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

TEST(AgeOption, TakesHoursDaysWeeksMonthsAndYears) {
  const base::Instant now = day + 4h;
  EXPECT_EQ(ago_of("12h", now), now - 12h);
  EXPECT_EQ(ago_of("90d", now), now - days{90});
  EXPECT_EQ(ago_of("4w", now), now - weeks{4});
  EXPECT_EQ(ago_of("3m", now), base::Instant{sys_days{2026y / 8 / 23}} + 4h);
  EXPECT_EQ(ago_of("1y", now), base::Instant{sys_days{2025y / 11 / 23}} + 4h);
  for (const char* text : {"", "d", "90", "90x", "-1d", "0d", "1.5d", "9999999d", "90dd", "99999y", "99999m"}) {
    EXPECT_FALSE(ago_of(text, now)) << text;
  }
}

TEST(AgeOption, OfMonthsEndsWithTheLastDayThatTheMonthHas) {
  EXPECT_EQ(ago_of("1m", base::Instant{sys_days{2026y / 3 / 31}}), base::Instant{sys_days{2026y / 2 / 28}});
  EXPECT_EQ(ago_of("1y", base::Instant{sys_days{2024y / 2 / 29}}), base::Instant{sys_days{2023y / 2 / 28}});
}

TEST(DayOption, IsTheLastMomentOfADayInWords) {
  const base::Instant now = day + 4h;
  EXPECT_EQ(end_of_day_of("today", now), day + 24h - 1ms);
  EXPECT_EQ(end_of_day_of("yesterday", now), day - 1ms);
  EXPECT_EQ(end_of_day_of("last-week", now), day - days{6} - 1ms);
  EXPECT_EQ(end_of_day_of("last-month", now), base::Instant{sys_days{2026y / 10 / 24}} - 1ms);
  EXPECT_EQ(end_of_day_of("7d", now), day - days{6} - 1ms);
  EXPECT_FALSE(end_of_day_of("tomorrow", now));
  EXPECT_EQ(words_of_day("last-week"), "last week");
  EXPECT_EQ(words_of_day("3m"), "3 months ago");
  EXPECT_EQ(words_of_day("1y"), "1 year ago");
  EXPECT_EQ(words_of_day("2026-11-23"), "2026-11-23");
  for (const std::string& word : day_words()) EXPECT_TRUE(end_of_day_of(word, now)) << word;
}

}  // namespace
}  // namespace casweep::cli
