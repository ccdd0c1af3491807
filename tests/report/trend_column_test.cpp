// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/trend_column.h"

#include <gtest/gtest.h>

#include <vector>

namespace casweep::report {
namespace {

using history::ScanHeadline;
using history::ScanState;

std::vector<ScanHeadline> scans(std::size_t count) {
  std::vector<ScanHeadline> all;
  for (std::size_t i = 1; i <= count; ++i) {
    all.push_back({.id = static_cast<std::int64_t>(i), .state = ScanState::complete, .discovered = 4});
  }
  return all;
}

TEST(TrendColumns, AreOneAScanWhereThereIsRoom) {
  const auto two = scans(2);
  const auto columns = trend_columns(two, 100);
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_EQ(columns[1].drawn, &two[1]);
  EXPECT_EQ(letter_of(columns[1]), ' ');
  EXPECT_TRUE(trend_columns({}, 100).empty());
}

TEST(TrendColumns, HoldEveryScanOnceHoweverMany) {
  const auto many = scans(3'650);
  const auto columns = trend_columns(many, 100);
  ASSERT_EQ(columns.size(), 100U);
  std::int64_t next = 1;
  for (const TrendColumn& column : columns) {
    for (const ScanHeadline& scan : column.scans) EXPECT_EQ(scan.id, next++);
    EXPECT_EQ(column.drawn, &column.scans.back());
  }
  EXPECT_EQ(next, 3'651);
}

TEST(TrendColumns, DrawTheLastCompleteScanAndMarkTheOthers) {
  auto four = scans(4);
  four[1].state = ScanState::failed;
  four[3].state = ScanState::partial;
  const auto columns = trend_columns(four, 1);
  EXPECT_EQ(columns[0].drawn, &four[2]);
  EXPECT_EQ(columns[0].incomplete, &four[3]);
  EXPECT_EQ(letter_of(columns[0]), 'p');
  EXPECT_EQ(trend_columns(four, 4)[1].drawn, nullptr);
  EXPECT_EQ(letter_of(trend_columns(four, 4)[1]), 'f');
}

}  // namespace
}  // namespace casweep::report
