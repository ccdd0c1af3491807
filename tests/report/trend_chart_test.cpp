// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/trend_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/terminal_text.h"

namespace casweep::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

history::ScanHeadline headline(std::int64_t id, std::size_t enforced, std::size_t not_enforced, std::size_t unknown,
                               std::size_t mitigated = 0) {
  return {.id = id,
          .state = history::ScanState::complete,
          .started_at = base::Instant{std::chrono::days{20'000 + id}},
          .listed = true,
          .discovered = enforced + not_enforced + unknown,
          .enforced = enforced,
          .not_enforced = not_enforced,
          .unknown = unknown,
          .mitigated = mitigated};
}

std::string drawn(const std::vector<history::ScanHeadline>& scans, const TableStyle& style) {
  std::ostringstream out;
  write_trend_chart(out, scans, style);
  return out.str();
}

/// The characters of the only column, from the lowest up.
std::string stack(const history::ScanHeadline& scan) {
  std::istringstream lines(drawn({scan}, {.colour = false, .unicode = false, .columns = 80}));
  std::string stack;
  for (std::string line; std::getline(lines, line) && line[6] == '|';) stack.insert(stack.begin(), line.at(7));
  return stack;
}

TEST(TrendChart, StacksWhatIsCompliantProtectedNotEnforcedAndUnknown) {
  EXPECT_EQ(stack(headline(1, 5, 3, 2, 1)), "#####+xx??");
  EXPECT_EQ(stack(headline(1, 10, 0, 0)), "##########");
  EXPECT_EQ(stack(headline(1, 0, 0, 3)), "??????????");
  EXPECT_EQ(stack(headline(1, 0, 2, 0, 2)), "++++++++++");
}

TEST(TrendChart, NeverRoundsAwayWhatIsNotEnforced) {
  EXPECT_EQ(stack(headline(1, 499, 1, 0)), "#########x");
  EXPECT_EQ(stack(headline(1, 400, 1, 99)), "########x?");
}

/// A CA that is unknown and decided about is mitigated, and one that is not enforced is still drawn.
TEST(TrendChart, DrawsMitigatedUnknownCasOnce) {
  auto day = headline(1, 0, 5, 5, 5);
  day.mitigated_unknown = 5;
  EXPECT_EQ(stack(day), "+++++xxxxx");
  day = headline(1, 9, 0, 1, 1);
  day.mitigated_unknown = 1;
  EXPECT_EQ(stack(day), "#########+");
}

TEST(TrendChart, NeverRoundsAwayWhatIsUnknown) { EXPECT_EQ(stack(headline(1, 499, 0, 1)), "#########?"); }

TEST(TrendChart, FitsIntoItsColumnsHoweverManyScans) {
  for (const std::size_t count : {1U, 2U, 19U, 73U, 74U, 500U, 3'650U}) {
    std::vector<history::ScanHeadline> scans;
    for (std::size_t i = 0; i < count; ++i) scans.push_back(headline(static_cast<std::int64_t>(i), 3, 1, 1));
    for (const std::size_t columns : {80U, 40U}) {
      std::istringstream lines(drawn(scans, {.colour = true, .unicode = true, .columns = columns}));
      for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(base::display_width(line), columns) << count << ": " << line;
        EXPECT_THAT(line, Not(HasSubstr("\x1b")));
      }
    }
  }
}

TEST(TrendChart, MarksADayWithoutACompleteScanAndDrawsNothingOfIt) {
  auto partial = headline(2, 3, 0, 0);
  partial.state = history::ScanState::partial;
  const auto chart = drawn({headline(1, 3, 0, 0), partial}, {.colour = false, .unicode = false, .columns = 80});
  EXPECT_THAT(chart, HasSubstr("100 % |####    \n"));
  EXPECT_THAT(chart, HasSubstr("\n           p   \n"));
}

TEST(TrendChart, DrawsDaysAndNotScans) {
  auto earlier = headline(1, 1, 2, 0);
  auto failed = headline(3, 0, 0, 0);
  failed.state = history::ScanState::failed;
  failed.listed = false;
  const TableStyle style{.colour = false, .unicode = false, .columns = 80};
  EXPECT_EQ(drawn({earlier, headline(1, 3, 0, 0), failed}, style), drawn({headline(1, 3, 0, 0)}, style));
  EXPECT_EQ(drawn({failed}, style), "");
}

TEST(TrendChart, NamesSeveralDays) {
  std::vector<history::ScanHeadline> days;
  for (std::int64_t i = 0; i < 60; ++i) days.push_back(headline(i, 3, 1, 1));
  const auto chart = drawn(days, {.colour = false, .unicode = false, .columns = 80});
  EXPECT_THAT(chart, HasSubstr("       2024-10-04   2024-10-17   2024-10-30              2024-12-02\n"));
  EXPECT_THAT(drawn({days[0]}, {.columns = 80}), HasSubstr("\n       2024-10-04\n"));
  EXPECT_THAT(drawn({days[0], days[1]}, {.columns = 80}), HasSubstr("\n       2024-10-04 to 2024-10-05\n"));
}

}  // namespace
}  // namespace casweep::report
