// SPDX-License-Identifier: GPL-3.0-or-later

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "report/table/diff_report.h"
#include "report/table/status_report.h"
#include "report/table/trend_report.h"
#include "report/words/event_text.h"
#include "tests/support/example_scans.h"

namespace casweep::report {

using namespace test;
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string hostile_text = "=1\x1b[2J\n\xe2\x80\xae\xff";

history::Event event(history::EventKind kind) {
  const std::array<std::uint8_t, 16> octets{};
  return {.kind = kind,
          .at = base::Instant{std::chrono::days{20'000}},
          .scan = 3,
          .object_guid = *base::ObjectGuid::from_octets(octets),
          .identity = std::make_shared<const history::CaIdentity>(history::CaIdentity{
              .common_name = hostile_text, .display_name = hostile_text, .dns_host_name = hostile_text}),
          .before = hostile_text,
          .after = hostile_text,
          .reason = hostile_text};
}

TEST(EventText, SaysWhatHappenedForEveryKindAndActsOnNoTerminal) {
  std::set<std::string> said;
  for (const history::EventKind kind : history::all_event_kinds()) {
    const auto words = words_of(event(kind), base::Charset::unicode);
    said.insert(words);
    EXPECT_THAT(words, Not(HasSubstr("\xe2\x80\xae"))) << words;
    EXPECT_NE(words, "");
  }
  EXPECT_EQ(said.size(), history::all_event_kinds().size());
}

TEST(EventText, TellsVerdictsInWords) {
  auto regressed = event(history::EventKind::regressed);
  regressed.before = "not-exposed";
  regressed.after = "not-enforced";
  regressed.reason = "flag-clear";
  EXPECT_EQ(words_of(regressed, base::Charset::unicode), "regressed: not enforced, was not exposed (flag-clear)");
}

TEST(EventText, TellsWhichNameChanged) {
  auto renamed = event(history::EventKind::renamed);
  renamed.before = "Old";
  renamed.after = "New";
  renamed.identity = std::make_shared<const history::CaIdentity>(history::CaIdentity{.common_name = "New"});
  EXPECT_EQ(words_of(renamed, base::Charset::unicode), "renamed from Old to New");
  renamed.identity = std::make_shared<const history::CaIdentity>(
      history::CaIdentity{.common_name = "New", .display_name = "Same as ever"});
  EXPECT_EQ(words_of(renamed, base::Charset::unicode), "cn changed from Old to New");
}

/// Every table that shows names.
TEST(HistoryTables, NeverPassOnWhatATerminalWouldObey) {
  history::Trend trend{.now = base::Instant{}, .events = {event(history::EventKind::renamed)}};
  history::ForestStatus forest;
  history::CaSummary ca{.object_guid = trend.events[0].object_guid, .identity = *trend.events[0].identity};
  ca.story.regressed = true;
  ca.flapping = true;
  forest.cas.push_back(ca);
  auto difference = difference_of(test::hostile_scan(), test::mixed_scan(), {});
  difference.events.push_back(event(history::EventKind::moved));

  std::ostringstream out;
  write_trend_table(out, trend, {});
  write_status_table(out, forest, {}, {});
  write_diff_table(out, difference, {});
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(out.str(), Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(out.str(), HasSubstr("=1\\x1b"));
}

TEST(DiffReport, WarnsOfScansThatCanHardlyBeCompared) {
  const auto difference = difference_of(test::mixed_scan(), test::hostile_scan(), {});
  EXPECT_EQ(difference.warnings.size(), 2U);  // another forest, another account
  EXPECT_TRUE(difference_of(test::mixed_scan(), test::mixed_scan(), {}).warnings.empty());
  EXPECT_EQ(difference_of(test::failed_scan(), test::mixed_scan(), {}).warnings.size(), 1U);
}

}  // namespace
}  // namespace casweep::report
