// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/trend_column.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace casweep::report {
namespace {

using history::ScanDay;
using history::ScanHeadline;
using history::ScanState;
using std::chrono::days;

constexpr std::chrono::sys_days first_day = std::chrono::year{2026} / 11 / 23;

ScanHeadline headline_on(std::int64_t day, ScanState state = ScanState::complete) {
  return {.id = day + 1, .state = state, .started_at = first_day + days{day}, .listed = true, .discovered = 4};
}

std::vector<ScanHeadline> daily_scans(std::int64_t count) {
  std::vector<ScanHeadline> all;
  for (std::int64_t day = 0; day < count; ++day) all.push_back(headline_on(day));
  return all;
}

TEST(TrendColumns, AreOneADayWhereThereIsRoom) {
  const auto two = daily_scans(2);
  const auto columns = trend_columns(scan_days(two), 100);
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_EQ(columns[1].drawn, &two[1]);
  EXPECT_EQ(columns[1].first, columns[1].last);
  EXPECT_EQ(letter_of(columns[1]), ' ');
  EXPECT_TRUE(trend_columns({}, 100).empty());
}

TEST(TrendColumns, ShowDaysWithoutAScanAsEmpty) {
  const std::vector scans{headline_on(0), headline_on(3)};
  const auto columns = trend_columns(scan_days(scans), 100);
  ASSERT_EQ(columns.size(), 4U);
  EXPECT_EQ(columns[1].drawn, nullptr);
  EXPECT_EQ(columns[1].incomplete, nullptr);
  EXPECT_EQ(letter_of(columns[1]), ' ');
  EXPECT_EQ(columns[3].drawn, &scans[1]);
}

TEST(TrendColumns, HoldEveryDayOnceHoweverMany) {
  for (const std::int64_t count : {1, 99, 100, 101, 3'650}) {
    const auto scans = daily_scans(count);
    const auto columns = trend_columns(scan_days(scans), 100);
    ASSERT_LE(columns.size(), 100U);
    std::chrono::sys_days next = first_day;
    for (const TrendColumn& column : columns) {
      EXPECT_EQ(column.first, next);
      EXPECT_LE(column.first, column.last);
      next = column.last + days{1};
      ASSERT_NE(column.drawn, nullptr);
      EXPECT_EQ(column.drawn->started_at, column.last);
    }
    EXPECT_EQ(next, first_day + days{count});
  }
}

TEST(TrendColumns, DrawTheLastCompleteScanAndMarkOnlyDaysWithoutOne) {
  const std::vector scans{headline_on(0), headline_on(1, ScanState::interrupted), headline_on(2),
                          headline_on(3, ScanState::partial)};
  const auto one = trend_columns(scan_days(scans), 1);
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].drawn, &scans[2]);
  EXPECT_EQ(one[0].incomplete, &scans[3]);
  EXPECT_EQ(letter_of(one[0]), ' ');
  const auto each = trend_columns(scan_days(scans), 4);
  EXPECT_EQ(each[1].drawn, nullptr);
  EXPECT_EQ(letter_of(each[1]), 'i');
  EXPECT_EQ(letter_of(each[3]), 'p');
}

}  // namespace
}  // namespace casweep::report
