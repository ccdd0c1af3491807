// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/trend.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
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

using namespace std::chrono_literals;

constexpr std::chrono::sys_days first_day = std::chrono::year{2026} / 11 / 23;

ScanHeadline scan_at(std::int64_t id, base::Instant at, ScanState state = ScanState::complete) {
  const bool listed = state != ScanState::failed && state != ScanState::running;
  return {.id = id, .state = state, .started_at = at, .listed = listed, .discovered = listed ? 4U : 0U};
}

TEST(ScanDays, HoldTheLastCompleteScanOfEachUtcDay) {
  const std::vector scans{scan_at(1, first_day), scan_at(2, first_day + 23h + 59min), scan_at(3, first_day + 24h),
                          scan_at(4, first_day + 24h, ScanState::partial)};
  const auto days = scan_days(scans);
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].day, first_day);
  EXPECT_EQ(days[0].complete, &scans[1]);
  EXPECT_EQ(days[0].incomplete, nullptr);
  EXPECT_EQ(days[1].complete, &scans[2]);
  EXPECT_EQ(days[1].incomplete, &scans[3]);
}

TEST(ScanDays, LeaveOutScansToWhichNoDirectoryAnswered) {
  const std::vector scans{scan_at(1, first_day, ScanState::failed), scan_at(2, first_day + 24h, ScanState::interrupted),
                          scan_at(3, first_day + 48h, ScanState::running)};
  const auto days = scan_days(scans);
  ASSERT_EQ(days.size(), 1U);
  EXPECT_EQ(days[0].day, first_day + std::chrono::days{1});
  EXPECT_EQ(days[0].complete, nullptr);
  EXPECT_EQ(days[0].incomplete, &scans[1]);
}

TEST(ScanDays, AreInOrderAlsoIfTheClockWentBack) {
  const std::vector scans{scan_at(1, first_day + 24h), scan_at(2, first_day + 23h), scan_at(3, first_day + 25h)};
  const auto days = scan_days(scans);
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].complete, &scans[1]);
  EXPECT_EQ(days[1].complete, &scans[2]);
}

}  // namespace
}  // namespace casweep::history
