// SPDX-License-Identifier: GPL-3.0-or-later

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "report/format/event_csv.h"
#include "report/table/diff_report.h"
#include "report/table/event_cells.h"
#include "report/table/status_report.h"
#include "report/table/trend_report.h"
#include "report/words/event_text.h"
#include "report/words/verdict_since.h"
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
  write_status_table(out, forest, {}, {}, {});
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

history::Event verdict_event(history::EventKind kind, const std::string& name, const std::string& before,
                             const std::string& after) {
  history::Event changed = event(kind);
  changed.identity = std::make_shared<const history::CaIdentity>(history::CaIdentity{.common_name = name});
  changed.before = before;
  changed.after = after;
  changed.reason = "flag-clear";
  return changed;
}

TEST(DiffReport, NamesTheScansAndShowsChangesAsATable) {
  auto difference = difference_of(test::mixed_scan(), test::mixed_scan(), {});
  difference.events = {verdict_event(history::EventKind::regressed, "Contoso CA 01", "enforced", "not-enforced")};
  difference.compared = difference.verdicts_compared = 7;
  std::ostringstream out;
  write_diff_table(out, difference, {.unicode = false});
  EXPECT_THAT(out.str(), HasSubstr("From scan 7 ("));
  EXPECT_THAT(out.str(), HasSubstr("CA             WAS         IS              EVENT\n"
                                   "Contoso CA 01  + enforced  x not enforced  regressed (flag-clear)\n"));
  EXPECT_THAT(out.str(), HasSubstr("1 difference; 7 CAs in both scans.\n"));
}

history::CaTimeline timeline_of(std::vector<history::Sighting> sightings) {
  return {.object_guid = test::mixed_scan().cas[0].service.object_guid, .sightings = std::move(sightings)};
}

TEST(DiffReport, CountsOnlyVerdictsThatBothScansReadAsCompared) {
  const auto judged = history::VerdictWithReason{assess::Verdict::enforced, assess::Reason::flag_set};
  const history::Sighting read_before{.scan = {.scan = 6}, .judged = judged};
  const history::Sighting read{.scan = {.scan = 7}, .judged = judged};
  const history::Sighting listed{.scan = {.scan = 7}};
  const auto difference = difference_of(test::mixed_scan(), test::mixed_scan(),
                                        {timeline_of({read_before, read}), timeline_of({read_before, listed})});
  std::ostringstream out;
  write_diff_table(out, difference, {});
  EXPECT_THAT(out.str(), HasSubstr("No difference; 2 CAs in both scans, 1 verdict compared.\n"));
}

TEST(DiffReport, ColoursAnEventAsTheVerdictItLedTo) {
  auto difference = difference_of(test::mixed_scan(), test::mixed_scan(), {});
  difference.events = {verdict_event(history::EventKind::regressed, "A", "enforced", "not-enforced")};
  std::ostringstream out;
  write_diff_table(out, difference, {.colour = true});
  EXPECT_THAT(out.str(), HasSubstr("\x1b[31mregressed (flag-clear)\x1b[0m"));
}

TEST(EventUrgency, PutsWhatNeedsAPersonFirst) {
  const auto urgency = [](history::EventKind kind, std::optional<assess::Verdict> found = {}) {
    return urgency_of(event(kind), found);
  };
  using history::EventKind;
  const auto bad = assess::Verdict::not_enforced;
  EXPECT_LT(urgency(EventKind::regressed), urgency(EventKind::added, bad));
  EXPECT_LT(urgency(EventKind::added, bad), urgency(EventKind::became_unknown));
  EXPECT_LT(urgency(EventKind::became_unknown), urgency(EventKind::added));
  EXPECT_LT(urgency(EventKind::removed), urgency(EventKind::renamed));
  EXPECT_LT(urgency(EventKind::renamed), urgency(EventKind::remediated));
}

history::ScanHeadline day_of_trend(std::int64_t id, std::size_t enforced, std::size_t not_enforced) {
  return {.id = id,
          .state = history::ScanState::complete,
          .started_at = base::Instant{std::chrono::days{20'000 + id}},
          .listed = true,
          .discovered = enforced + not_enforced,
          .enforced = enforced,
          .not_enforced = not_enforced};
}

TEST(TrendReport, ShowsTheNewestNumbersFirstAndOnlyDaysThatDiffer) {
  history::Trend trend{.now = base::Instant{std::chrono::days{20'010}}};
  trend.scans = {day_of_trend(1, 1, 3), day_of_trend(2, 1, 3), day_of_trend(3, 2, 2), day_of_trend(4, 2, 2)};
  trend.scans.push_back(
      {.id = 5, .state = history::ScanState::failed, .started_at = trend.now, .failure = "No ticket."});
  std::ostringstream out;
  write_trend_table(out, trend, {.unicode = false, .columns = 80});
  EXPECT_THAT(out.str(),
              testing::StartsWith("5 scans on 4 days\n2024-10-08 (scan 4): 4 CAs: 2 enforced, 2 not enforced"));
  EXPECT_THAT(out.str(), HasSubstr("\n3     2024-10-07  complete"));
  EXPECT_THAT(out.str(), HasSubstr("\n1     2024-10-05  complete"));
  EXPECT_THAT(out.str(), Not(HasSubstr("\n4  ")));
  EXPECT_THAT(out.str(), HasSubstr("Not listed: 2 days with the numbers of the day before"));
  EXPECT_THAT(out.str(), Not(HasSubstr("No ticket")));
}

TEST(TrendReport, CountsOneCaAndScansWithoutAListing) {
  history::Trend trend{.now = base::Instant{std::chrono::days{20'010}}};
  const auto shown = [&] {
    std::ostringstream out;
    write_trend_table(out, trend, {});
    return out.str();
  };
  EXPECT_THAT(shown(), testing::StartsWith("0 scans\n"));
  trend.scans = {{.id = 1, .state = history::ScanState::failed, .started_at = trend.now}};
  EXPECT_THAT(shown(), testing::StartsWith("1 scan, none with a listing\n"));
  trend.scans.push_back(day_of_trend(2, 1, 0));
  EXPECT_THAT(shown(), HasSubstr("(scan 2): 1 CA: 1 enforced"));
}

TEST(EventsCsv, IsGuarded) {
  std::ostringstream out;
  write_events_csv(out, std::vector{event(history::EventKind::renamed)});
  EXPECT_THAT(out.str(), testing::StartsWith("at,scan,event,name,"));
  EXPECT_THAT(out.str(), HasSubstr(",'=1\\x1b[2J"));
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
}

TEST(VerdictSince, SaysSinceWhenAndWhatWasBefore) {
  history::CaSummary ca{.object_guid = event(history::EventKind::moved).object_guid};
  EXPECT_EQ(verdict_since_text(ca, {}), "Never read.");
  const base::Instant then{std::chrono::days{20'000}};
  ca.last = history::Answer{.scan = 3};
  ca.story.known = history::VerdictWithReason{assess::Verdict::not_enforced, assess::Reason::flag_clear};
  ca.story.known_since = history::ScanMoment{.scan = 3, .at = then};
  EXPECT_EQ(verdict_since_text(ca, then + std::chrono::days{2}),
            "Not enforced since scan 3 (2024-10-04 00:00Z, 2 d ago), when it was first known.");
  ca.story.events = {verdict_event(history::EventKind::regressed, "A", "enforced", "not-enforced")};
  EXPECT_EQ(verdict_since_text(ca, then + std::chrono::days{2}),
            "Not enforced since scan 3 (2024-10-04 00:00Z, 2 d ago): regressed, enforced before.");
  ca.story.unknown_since = history::ScanMoment{.scan = 4, .at = then + std::chrono::days{1}};
  EXPECT_EQ(verdict_since_text(ca, then + std::chrono::days{2}),
            "Unknown since scan 4 (2024-10-05 00:00Z, 1 d ago). Until then not enforced, since scan 3 (2024-10-04 "
            "00:00Z, 2 d ago): regressed, enforced before.");
}

}  // namespace
}  // namespace casweep::report
