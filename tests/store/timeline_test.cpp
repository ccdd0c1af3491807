// SPDX-License-Identifier: GPL-3.0-or-later
// What the history shows of forests over time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "history/decision_rules.h"
#include "store/history.h"
#include "tests/support/history_testing.h"

namespace casweep::store {

using namespace test;
namespace {

using assess::Reason;
using assess::Verdict;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Timeline : public testing::Test {
 protected:
  /// A scan on the next day.
  std::int64_t scan(const std::vector<history::Observation>& cas,
                    history::ScanState state = history::ScanState::complete,
                    const std::vector<history::Observation>& only_listed = {}) {
    auto start = start_example();
    start.started_at = at(++days_ * day);
    const auto lock = history_.lock_for_scan([](int) {});
    const auto id = history_.begin_scan(lock, start);
    auto listed = services_of(cas);
    for (const auto& service : services_of(only_listed)) listed.push_back(service);
    history_.finish_scan(id, state, at(days_ * day + 1'000), listing_example(), listed, cas);
    return id;
  }

  [[nodiscard]] std::vector<std::string> events() const {
    std::vector<std::string> events;
    for (const history::Event& event : history_.trend({}, now()).events) {
      events.push_back(std::string(word_of(event.kind)) + " " + event.identity->common_name);
    }
    return events;
  }

  [[nodiscard]] base::Instant now() const { return at((days_ + 1) * day); }

  std::int64_t days_ = 0;
  const test::TestFolder folder_;
  History history_ = History::open(folder_ / "history.db");
};

TEST_F(Timeline, OfAQuietForestHasNoEvents) {
  for (int i = 0; i < 5; ++i) scan({enforced_example(1, "A"), not_enforced_example(2, "B")});
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(Timeline, ShowsWhatHappenedToEachCa) {
  scan({enforced_example(1, "A"), not_enforced_example(2, "B")});
  scan({not_enforced_example(1, "A"), not_enforced_example(2, "B")});
  scan({not_enforced_example(1, "A"), unknown_example(2, "B", Reason::timed_out), enforced_example(3, "C")});
  scan({enforced_example(1, "A"), enforced_example(3, "D")});
  EXPECT_THAT(events(),
              ElementsAre("regressed A", "became-unknown B", "added C", "remediated A", "removed B", "renamed D"));
}

TEST_F(Timeline, ShowsNoCaAsRemovedAfterAnIncompleteScan) {
  scan({enforced_example(1, "A"), enforced_example(2, "B")});
  scan({enforced_example(1, "A")}, history::ScanState::interrupted);
  scan({enforced_example(1, "A")}, history::ScanState::partial);
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_THAT(history_.forest_status(now()).cas, SizeIs(2));
}

TEST_F(Timeline, ShowsThatACaWasGoneForAWhile) {
  scan({enforced_example(1, "A"), enforced_example(2, "B")});
  scan({enforced_example(1, "A")});
  scan({enforced_example(1, "A"), enforced_example(2, "B")});
  EXPECT_THAT(events(), ElementsAre("removed B", "added B"));
}

TEST_F(Timeline, ChangesAVerdictOnlyByAReading) {
  scan({not_enforced_example(1, "A")});
  scan({}, history::ScanState::interrupted, {not_enforced_example(1, "A")});
  scan({enforced_example(1, "A")});
  EXPECT_THAT(events(), ElementsAre("remediated A"));
}

TEST_F(Timeline, GivesTheTimeToRemediate) {
  scan({not_enforced_example(1, "A"), not_enforced_example(2, "B"), not_enforced_example(3, "C")});
  scan({enforced_example(1, "A"), not_enforced_example(2, "B"), not_enforced_example(3, "C")});
  scan({enforced_example(1, "A"), enforced_example(2, "B"), unknown_example(3, "C", Reason::timed_out)});
  const auto time = history_.trend({}, now()).time_to_remediate;
  EXPECT_EQ(time.remediated, 2U);
  EXPECT_EQ(time.median, std::chrono::days{1});
  EXPECT_EQ(time.percentile90, std::chrono::days{2});
  EXPECT_EQ(time.open, 1U);
  EXPECT_EQ(time.oldest_open, std::chrono::days{3});
}

TEST_F(Timeline, CountsEachScanAndItsMitigatedCas) {
  scan({enforced_example(1, "A"), not_enforced_example(2, "B")});
  history_.decide({.object_guid = guid(2),
                   .status = history::Status::third_party,
                   .reason = "A proxy encrypts",
                   .approver = "PKI",
                   .until = at(day + day / 2) + history::default_duration,
                   .set_at = at(day + day / 2)});
  scan({enforced_example(1, "A"), not_enforced_example(2, "B"), unknown_example(3, "C", Reason::timed_out)});
  const auto scans = history_.headlines({});
  ASSERT_THAT(scans, SizeIs(2));
  EXPECT_EQ(scans[0].mitigated, 0U);
  EXPECT_EQ(scans[1].mitigated, 1U);
  EXPECT_EQ(scans[1].discovered, 3U);
  EXPECT_EQ(scans[1].assessed(), 2U);
  EXPECT_EQ(scans[1].compliant(), 1U);
  EXPECT_EQ(scans[1].unknown, 1U);
  EXPECT_THAT(history_.headlines(1), SizeIs(1));
  EXPECT_EQ(history_.headlines(1)[0].id, scans[1].id);
}

TEST_F(Timeline, CountsNothingForAScanThatRunsOrWasKilledOrFailed) {
  scan({enforced_example(1, "A")});
  {
    const auto lock = history_.lock_for_scan([](int) {});
    history_.fail_scan(history_.begin_scan(lock, start_example()), history::ScanState::failed, at(7), "No answer.");
    (void)history_.begin_scan(lock, start_example());
    EXPECT_EQ(history_.headlines({}).back().state, history::ScanState::running);
  }
  scan({enforced_example(1, "A")});  // it finds that the scan before was killed
  const auto scans = history_.trend({}, now()).scans;
  ASSERT_THAT(scans, SizeIs(4));
  EXPECT_EQ(scans[1].state, history::ScanState::failed);
  EXPECT_EQ(scans[1].assessed() + scans[1].unknown, 0U);
  EXPECT_EQ(scans[2].state, history::ScanState::interrupted);
  EXPECT_EQ(scans[2].assessed() + scans[2].unknown, 0U);
  EXPECT_EQ(scans[3].enforced, 1U);
}

TEST_F(Timeline, KnowsTheLastVerdictOfAnUnreadableCa) {
  scan({not_enforced_example(1, "A")});
  const auto known = scan({not_enforced_example(1, "A")});
  scan({unknown_example(1, "A", Reason::timed_out)});
  scan({unknown_example(1, "A", Reason::access_denied)});
  const auto forest = history_.forest_status(now());
  ASSERT_THAT(forest.cas, SizeIs(1));
  const history::CaSummary& ca = forest.cas[0];
  EXPECT_EQ(ca.verdict(), Verdict::unknown);
  EXPECT_EQ(ca.last->judged.reason, Reason::access_denied);
  ASSERT_TRUE(ca.known);
  EXPECT_EQ(ca.known->judged.verdict, Verdict::not_enforced);
  EXPECT_EQ(ca.known->scan, known);
}

TEST_F(Timeline, KnowsNoVerdictOfACaThatNeverHadOne) {
  scan({unknown_example(1, "A", Reason::timed_out)});
  EXPECT_FALSE(history_.forest_status(now()).cas[0].known);
  EXPECT_EQ(history_.forest_status(now()).cas[0].status, history::Status::to_address);
}

TEST_F(Timeline, DistinguishesFlappingFromARegression) {
  for (int i = 0; i < 2; ++i) {
    scan({enforced_example(1, "A"), enforced_example(2, "B")});
    scan({not_enforced_example(1, "A"), enforced_example(2, "B")});
  }
  EXPECT_TRUE(history_.ca_summary(guid(1), now()).flapping);
  EXPECT_TRUE(history_.ca_summary(guid(1), now()).story.regressed);
  EXPECT_FALSE(history_.ca_summary(guid(2), now()).flapping);
  for (int i = 0; i < 8; ++i) scan({not_enforced_example(1, "A"), enforced_example(2, "B")});
  EXPECT_FALSE(history_.ca_summary(guid(1), now()).flapping);
}

TEST_F(Timeline, KeepsACaFlappingAfterItBecameUnknown) {
  for (int i = 0; i < 2; ++i) {
    scan({enforced_example(1, "A")});
    scan({not_enforced_example(1, "A")});
  }
  for (int i = 0; i < 12; ++i) scan({unknown_example(1, "A", Reason::timed_out)});
  const history::CaSummary ca = history_.ca_summary(guid(1), now());
  EXPECT_TRUE(ca.flapping);
  ASSERT_TRUE(ca.known);
  EXPECT_EQ(ca.known->scan, 4);
  EXPECT_EQ(ca.verdict(), Verdict::unknown);
}

TEST_F(Timeline, AsksForANewDecisionAfterAFix) {
  scan({not_enforced_example(1, "A")});
  history_.decide({.object_guid = guid(1),
                   .status = history::Status::third_party,
                   .reason = "A proxy encrypts",
                   .approver = "PKI",
                   .until = at(day + day / 2) + history::default_duration,
                   .set_at = at(day + day / 2)});
  scan({not_enforced_example(1, "A")});
  EXPECT_EQ(history_.ca_summary(guid(1), now()).status, history::Status::third_party);
  scan({enforced_example(1, "A")});
  EXPECT_EQ(history_.ca_summary(guid(1), now()).status, history::Status::completed);
  const auto again = scan({not_enforced_example(1, "A")});
  EXPECT_EQ(history_.ca_summary(guid(1), now()).status, history::Status::to_address);
  EXPECT_EQ(history_.forest_status(now()).cas[0].decision(), nullptr);
  EXPECT_EQ(history_.forest_status_of_scan(2).cas[0].status, history::Status::third_party);
  const auto scans = history_.headlines({});
  EXPECT_EQ(scans[1].mitigated, 1U);
  EXPECT_EQ(scans.back().id, again);
  EXPECT_EQ(scans.back().mitigated, 0U);
}

TEST_F(Timeline, ShowsSinceWhenACaIsGone) {
  scan({enforced_example(1, "A"), not_enforced_example(2, "B")});
  scan({enforced_example(1, "A")}, history::ScanState::partial);
  EXPECT_FALSE(history_.ca_summary(guid(2), now()).removed);
  const auto without = scan({enforced_example(1, "A")});
  scan({enforced_example(1, "A")});
  ASSERT_TRUE(history_.ca_summary(guid(2), now()).removed);
  EXPECT_EQ(history_.ca_summary(guid(2), now()).removed->scan, without);
  EXPECT_FALSE(history_.ca_summary(guid(1), now()).removed);
}

TEST_F(Timeline, CountsNothingOfAScanWithoutAnAnswer) {
  const auto lock = history_.lock_for_scan([](int) {});
  history_.fail_scan(history_.begin_scan(lock, start_example()), history::ScanState::failed, at(1), "No answer.");
  EXPECT_FALSE(history_.headlines({}).back().listed);
}

/// An interrupted scan, or one of chosen CAs, does not read every listed CA.
TEST_F(Timeline, ShowsACaThatWasListedAndNeverRead) {
  scan({enforced_example(1, "A")}, history::ScanState::partial, {enforced_example(2, "B")});
  scan({enforced_example(1, "A")}, history::ScanState::partial, {enforced_example(2, "B")});
  const auto forest = history_.forest_status(now());
  ASSERT_THAT(forest.cas, SizeIs(2));
  EXPECT_EQ(forest.cas[1].identity.common_name, "B");
  EXPECT_EQ(forest.cas[1].verdict(), Verdict::unknown);
  EXPECT_FALSE(forest.cas[1].last);
  EXPECT_FALSE(forest.cas[1].known);
  EXPECT_THAT(events(), IsEmpty());
}

/// The last scan that listed or read a CA is stored. For an older scan it has to be searched for.
TEST_F(Timeline, OfAnOlderScanHasTheCasThatWereListedThen) {
  const auto before = scan({enforced_example(1, "A")});
  const auto listed = scan({enforced_example(1, "A"), enforced_example(2, "B")});
  const auto only_listed = scan({enforced_example(1, "A")}, history::ScanState::partial, {enforced_example(2, "B")});
  const auto removed = scan({enforced_example(1, "A")});
  const auto unread = scan({enforced_example(1, "A")}, history::ScanState::interrupted, {enforced_example(2, "B")});
  const auto returned = scan({enforced_example(1, "A"), not_enforced_example(2, "B")});
  scan({enforced_example(1, "A")});

  const auto told_of_b = [&](std::int64_t id) -> std::string {
    const auto forest = history_.forest_status_of_scan(id);
    if (forest.cas.size() < 2) return "not there";
    const history::CaSummary& ca = forest.cas.at(1);
    return std::string(word_of(ca.verdict())) + " read by " + std::to_string(ca.last->scan);
  };
  EXPECT_EQ(told_of_b(before), "not there");
  EXPECT_EQ(told_of_b(listed), "enforced read by 2");
  EXPECT_EQ(told_of_b(only_listed), "enforced read by 2");
  EXPECT_EQ(told_of_b(removed), "not there");
  EXPECT_EQ(told_of_b(unread), "enforced read by 2");
  EXPECT_EQ(told_of_b(returned), "not-enforced read by 6");
  EXPECT_THAT(history_.forest_status(now()).cas, SizeIs(1));
}

/// Records, decisions and expiries after a scan do not change what the scan found.
TEST_F(Timeline, OfAScanNeverChanges) {
  scan({not_enforced_example(1, "A"), not_enforced_example(2, "B")});
  history_.decide({.object_guid = guid(2),
                   .status = history::Status::risk_accepted,
                   .reason = "Until the move",
                   .approver = "CISO",
                   .until = at(5 * day),
                   .set_at = at(day + day / 2)});
  const auto then = scan({unknown_example(1, "A", Reason::timed_out), not_enforced_example(2, "B")});
  const auto described = [&] {
    std::string text;
    const history::ForestStatus forest = history_.forest_status_of_scan(then);
    for (const history::CaSummary& ca : forest.cas) {
      text += ca.identity.common_name + " " + std::string(word_of(ca.verdict())) + " " +
              std::to_string(ca.known->scan) + " " + std::string(word_of(ca.status)) + " " +
              std::to_string(ca.decisions.size()) + " " + std::to_string(ca.story.events.size()) + "; ";
    }
    const history::Trend trend = history_.trend_until_scan(then);
    return text + forest.forest + " " + std::to_string(forest.scan->scan) + " " + std::to_string(trend.scans.size()) +
           " " + std::to_string(trend.events.size()) + " " + std::to_string(trend.scans.back().mitigated) + " " +
           std::to_string(trend.time_to_remediate.open);
  };
  const auto before = described();
  EXPECT_EQ(before, "A unknown 1 to-address 0 2; B not-enforced 2 risk-accepted 1 2; corp.example 2 2 2 0 2");

  scan({enforced_example(1, "Z"), enforced_example(3, "C")});
  history_.decide({.object_guid = guid(2),
                   .status = history::Status::third_party,
                   .reason = "A proxy encrypts",
                   .approver = "PKI",
                   .until = at(3 * day + day / 2) + history::default_duration,
                   .set_at = at(3 * day + day / 2)});
  for (int i = 0; i < 4; ++i) scan({enforced_example(1, "Z")});
  EXPECT_EQ(described(), before);
  EXPECT_EQ(kind_of_error([&] { (void)history_.trend_until_scan(99); }), StoreError::Kind::no_such_scan);
  EXPECT_EQ(kind_of_error([&] { (void)history_.forest_status_of_scan(99); }), StoreError::Kind::no_such_scan);
}

TEST_F(Timeline, ComparesTwoScansOnly) {
  const auto first = scan({enforced_example(1, "A"), enforced_example(2, "B")});
  scan({not_enforced_example(1, "A"), enforced_example(2, "B")});
  const auto last = scan({enforced_example(1, "A"), not_enforced_example(3, "C")});
  const auto difference = history_.difference(first, last);
  ASSERT_THAT(difference, SizeIs(3));
  EXPECT_THAT(history::story_of(difference[0], {}, now()).events, SizeIs(1));  // as if nothing had happened in between
  EXPECT_EQ(history::story_of(difference[1], {}, now()).events.back().kind, history::EventKind::removed);
  EXPECT_EQ(history::story_of(difference[2], {}, now()).events.back().kind, history::EventKind::added);
}

TEST_F(Timeline, FindsCompleteScansByTheirPlace) {
  const auto first = scan({enforced_example(1, "A")});
  const auto partial = scan({enforced_example(1, "A")}, history::ScanState::partial);
  const auto last = scan({enforced_example(1, "A")});
  EXPECT_EQ(history_.complete_scan_before(last), first);
  EXPECT_EQ(history_.complete_scan_before(first), std::nullopt);
  EXPECT_EQ(history_.complete_scan_at(at(2 * day)), first);
  EXPECT_EQ(history_.complete_scan_at(at(3 * day)), last);
  EXPECT_EQ(history_.complete_scan_at(at(1)), std::nullopt);
  EXPECT_EQ(history_.complete_scan_before(partial + 1), first);
}

TEST_F(Timeline, ComparesAScanWithTheCompleteOneOfItsForest) {
  const auto first = scan({enforced_example(1, "A")});
  scan({enforced_example(1, "A")}, history::ScanState::partial);
  const auto last = scan({enforced_example(1, "A")});
  EXPECT_EQ(history_.comparable_scan_before(last), first);
  EXPECT_EQ(history_.comparable_scan_before(first), std::nullopt);

  const auto lock = history_.lock_for_scan([](int) {});
  auto elsewhere = listing_example();
  elsewhere.root_domain->object_guid = guid(201);
  const std::vector cas{enforced_example(1, "A")};
  const auto other = history_.begin_scan(lock, start_example());
  history_.finish_scan(other, history::ScanState::complete, at(9), elsewhere, services_of(cas), cas);
  const auto failed = history_.begin_scan(lock, start_example());
  history_.fail_scan(failed, history::ScanState::failed, at(9), "No answer.");
  EXPECT_EQ(history_.comparable_scan_before(other), std::nullopt);
  EXPECT_EQ(history_.comparable_scan_before(failed), std::nullopt);

  auto renamed = listing_example();
  renamed.forest = "renamed.example";
  const auto later = history_.begin_scan(lock, start_example());
  history_.finish_scan(later, history::ScanState::complete, at(9), renamed, services_of(cas), cas);
  EXPECT_EQ(history_.comparable_scan_before(later), last);

  renamed.root_domain.reset();  // only the name is left
  const auto nameless = history_.begin_scan(lock, start_example());
  history_.finish_scan(nameless, history::ScanState::complete, at(9), renamed, services_of(cas), cas);
  EXPECT_EQ(history_.comparable_scan_before(nameless), later);
}

TEST_F(Timeline, GivesTheReadingsAtTheChangesOfACa) {
  scan({enforced_example(1, "A")});
  scan({enforced_example(1, "A")});
  const auto changed = scan({not_enforced_example(1, "A")});
  const auto observations = history_.observations_at_changes(guid(1));
  ASSERT_THAT(observations, SizeIs(2));
  EXPECT_EQ(observations[1].scan, changed);
  EXPECT_EQ(observations[1].ca.judgement.verdict, Verdict::not_enforced);
}

/// The trigger writes scan by scan what a migration writes at once.
TEST_F(Timeline, HasTheSameChangesWhenRecomputed) {
  scan({enforced_example(1, "A"), not_enforced_example(2, "B")});
  scan({not_enforced_example(1, "A"), not_enforced_example(2, "B")});
  scan({}, history::ScanState::interrupted, {enforced_example(1, "A"), enforced_example(2, "Z")});
  scan({unknown_example(1, "A", Reason::timed_out)});
  scan({enforced_example(1, "A"), not_enforced_example(2, "B")});
  scan({enforced_example(1, "A"), not_enforced_example(2, "B")});
  scan({enforced_example(1, "A")}, history::ScanState::partial, {enforced_example(2, "B"), enforced_example(3, "C")});

  SQLite::Database database((folder_ / "history.db").string(), SQLite::OPEN_READWRITE);
  const auto rows_of = [&](const char* sql) {
    std::vector<std::string> rows;
    SQLite::Statement row(database, sql);
    while (row.executeStep()) rows.push_back(row.getColumn(0).getString());
    return rows;
  };
  const auto* const changes =
      "SELECT ca_id || ' ' || scan_id || ' ' || ifnull(previous_scan_id, '-') || ' ' || ca_identity_id || ' ' || "
      "ifnull(reading_id, '-') FROM ca_change "
      "ORDER BY ca_id, scan_id";
  const auto as_recorded = rows_of(changes);
  database.exec("DELETE FROM ca_change");
  database.exec(R"(
      INSERT INTO ca_change (ca_id, scan_id, previous_scan_id, ca_identity_id, reading_id)
      SELECT ca_id, scan_id, previous_scan_id, ca_identity_id, reading_id
      FROM (SELECT ca_id, scan_id, ca_identity_id, reading_id,
                   lag(scan_id) OVER by_ca AS previous_scan_id, lag(ca_identity_id) OVER by_ca AS previous_identity_id
            FROM observation WINDOW by_ca AS (PARTITION BY ca_id ORDER BY scan_id)) AS new
      WHERE previous_scan_id IS NULL
         OR previous_identity_id <> ca_identity_id
         OR EXISTS (SELECT 1 FROM scan WHERE id > previous_scan_id AND id < new.scan_id AND state = 'complete')
         OR (reading_id IS NOT NULL
             AND (SELECT outcome FROM reading WHERE id = new.reading_id)
                 IS NOT (SELECT outcome FROM observation AS earlier JOIN reading ON reading.id = earlier.reading_id
                         WHERE earlier.ca_id = new.ca_id AND earlier.scan_id < new.scan_id
                         ORDER BY earlier.scan_id DESC LIMIT 1)))");
  EXPECT_EQ(rows_of(changes), as_recorded);
  EXPECT_THAT(as_recorded, SizeIs(8));

  const auto* const latest =
      "SELECT ca_id || ' ' || scan_id || ' ' || ca_identity_id || ' ' || ifnull(read_scan_id, '-') || ' ' || "
      "ifnull(reading_id, '-') FROM ca_latest ORDER BY ca_id";
  const auto latest_as_recorded = rows_of(latest);
  database.exec("DELETE FROM ca_latest");
  database.exec(R"(
      INSERT INTO ca_latest (ca_id, scan_id, ca_identity_id, read_scan_id, reading_id)
      SELECT last.ca_id, listed.scan_id, listed.ca_identity_id, last.read_scan_id, read.reading_id
      FROM (SELECT ca_id, max(scan_id) AS scan_id, max(iif(reading_id IS NULL, NULL, scan_id)) AS read_scan_id
            FROM observation GROUP BY ca_id) AS last
           JOIN observation AS listed USING (scan_id, ca_id)
           LEFT JOIN observation AS read ON read.scan_id = last.read_scan_id AND read.ca_id = last.ca_id)");
  EXPECT_EQ(rows_of(latest), latest_as_recorded);
  EXPECT_THAT(latest_as_recorded, SizeIs(3));

  const auto* const totals =
      "SELECT scan_id || ': ' || observed || ' ' || enforced || ' ' || not_enforced || ' ' || not_exposed || ' ' || "
      "unknown FROM scan_total ORDER BY scan_id";
  const auto totals_as_recorded = rows_of(totals);
  EXPECT_THAT(totals_as_recorded, ElementsAre("1: 2 1 1 0 0", "2: 2 0 2 0 0", "3: 2 0 0 0 0", "4: 1 0 0 0 1",
                                              "5: 2 1 1 0 0", "6: 2 1 1 0 0", "7: 3 1 0 0 0"));
  database.exec("DELETE FROM scan_total");
  database.exec(R"(
      INSERT INTO scan_total (scan_id, observed, enforced, not_enforced, not_exposed, unknown)
      SELECT scan.id, count(ca_id), count(*) FILTER (WHERE outcome = 'enforced'),
             count(*) FILTER (WHERE outcome = 'not-enforced'), count(*) FILTER (WHERE outcome = 'not-exposed'),
             count(*) FILTER (WHERE outcome = 'unknown')
      FROM scan LEFT JOIN observation ON scan_id = scan.id LEFT JOIN reading ON reading.id = reading_id
      WHERE state <> 'running' GROUP BY scan.id)");
  EXPECT_EQ(rows_of(totals), totals_as_recorded);
}

history::Observation hidden_example(std::uint8_t number, const std::string& name) {
  return unknown_example(number, name, Reason::hidden_from_account);
}

/// "removed A", with the last known verdict where there is one.
std::vector<std::string> changes_of(const std::optional<history::ChangesSince>& since) {
  std::vector<std::string> changes;
  for (const history::CaChange& change : since.value_or(history::ChangesSince{}).changes) {
    changes.push_back(std::string(word_of(change.kind)) + " " + change.common_name);
    if (change.last_known) changes.back() += ", " + std::string(word_of(*change.last_known));
  }
  return changes;
}

TEST_F(Timeline, OfAFirstScanHasNothingToCompareWith) {
  const auto first = scan({enforced_example(1, "A")});
  EXPECT_FALSE(history_.scan(first).since);
  EXPECT_FALSE(history_.forest_status(now()).since);
}

TEST_F(Timeline, NamesEachCaThatIsNewGoneHiddenOrElsewhere) {
  const auto before = scan({enforced_example(1, "A"), not_enforced_example(2, "B"), not_enforced_example(3, "C"),
                            enforced_example(4, "D"), enforced_example(5, "E"), enforced_example(6, "F")});
  auto renamed = enforced_example(4, "D");
  renamed.service.display_name = "Other";
  auto moved = enforced_example(5, "E");
  moved.service.dns_host_name = "other.corp.example";
  auto elsewhere = enforced_example(6, "F");
  elsewhere.service.distinguished_name = "CN=F,CN=AIA";
  const auto after =
      scan({enforced_example(1, "A"), hidden_example(3, "C"), renamed, moved, elsewhere, enforced_example(7, "G")});

  const auto since = history_.scan(after).since;

  ASSERT_TRUE(since);
  EXPECT_EQ(since->since, before);
  EXPECT_THAT(changes_of(since), ElementsAre("removed B, not-enforced", "hidden C, not-enforced", "new G", "renamed D",
                                             "moved E", "moved-in-directory F"));
  EXPECT_EQ(changes_of(history_.forest_status(now()).since), changes_of(since));
  EXPECT_THAT(changes_of(history_
                             .scan(scan({enforced_example(1, "A"), hidden_example(3, "C"), renamed, moved, elsewhere,
                                         enforced_example(7, "G")}))
                             .since),
              IsEmpty());
}

/// A name that the account may not read is not a changed name.
TEST_F(Timeline, DoesNotTakeAHiddenNameForAChange) {
  scan({enforced_example(1, "A")});
  auto hidden = hidden_example(1, "A");
  hidden.service.display_name = "";
  hidden.service.dns_host_name = "";
  const auto second = scan({hidden});
  EXPECT_THAT(changes_of(history_.scan(second).since), ElementsAre("hidden A, enforced"));
  const auto third = scan({enforced_example(1, "A")});
  EXPECT_THAT(changes_of(history_.scan(third).since), ElementsAre("recovered A"));
}

TEST_F(Timeline, ComparesTheVerdictsWithThePreviousCompleteScan) {
  scan({unknown_example(7, "G", Reason::timed_out), enforced_example(4, "D")});
  const auto before = scan({enforced_example(1, "A"), not_enforced_example(2, "B"), enforced_example(3, "C"),
                            unknown_example(4, "D", Reason::timed_out), unknown_example(5, "E", Reason::timed_out),
                            unknown_example(6, "F", Reason::timed_out), enforced_example(7, "G")});
  scan({enforced_example(1, "A"), not_enforced_example(3, "C")}, history::ScanState::partial);
  const auto after = scan({not_enforced_example(1, "A"), enforced_example(2, "B"),
                           unknown_example(3, "C", Reason::timed_out), not_enforced_example(4, "D"),
                           not_enforced_example(5, "E"), enforced_example(6, "F"), enforced_example(7, "G")});

  const auto since = history_.scan(after).since;

  ASSERT_TRUE(since);
  EXPECT_EQ(since->since, before);
  EXPECT_THAT(changes_of(since), ElementsAre("regressed A", "regressed D", "found-not-enforced E",
                                             "became-unknown C, not-enforced", "remediated B", "recovered F"));
  EXPECT_EQ(since->changes[0].before, "enforced");
  EXPECT_EQ(since->changes[0].after, "not-enforced");
  EXPECT_EQ(since->changes[1].before, "enforced");
  EXPECT_EQ(since->changes[2].before, "unknown");
  EXPECT_EQ(changes_of(history_.forest_status(now()).since), changes_of(since));
}

/// The fix was seen only by a scan of that CA.
TEST_F(Timeline, ShowsARegressionAfterAFixThatAPartialScanSaw) {
  scan({not_enforced_example(1, "A"), unknown_example(2, "B", Reason::timed_out)});
  scan({enforced_example(1, "A"), enforced_example(2, "B")}, history::ScanState::partial);
  const auto last = scan({not_enforced_example(1, "A"), unknown_example(2, "B", Reason::timed_out)});
  EXPECT_THAT(changes_of(history_.scan(last).since), ElementsAre("regressed A", "became-unknown B, enforced"));
}

/// Only a person who could know that the CA is hidden decides about that.
TEST_F(Timeline, OfAHiddenCaKnowsWhetherThePersonWhoDecidedCouldKnow) {
  const auto decide = [&](base::Instant set_at) {
    history_.decide({.object_guid = guid(1),
                     .status = history::Status::risk_accepted,
                     .reason = "So.",
                     .approver = "me",
                     .until = set_at + history::default_duration,
                     .set_at = set_at});
  };
  scan({not_enforced_example(1, "A")});
  decide(now());
  scan({hidden_example(1, "A")});
  const auto later = now() + std::chrono::days{1};
  auto forest = history_.forest_status(later);
  EXPECT_FALSE(forest.cas[0].hidden_when_decided);
  EXPECT_EQ(forest.cas[0].status, history::Status::to_address);
  EXPECT_EQ(forest.count(history::Need::action), 1U);
  decide(later);
  forest = history_.forest_status(later);
  EXPECT_TRUE(forest.cas[0].hidden_when_decided);
  EXPECT_EQ(forest.count(history::Need::covered), 1U);
}

/// A scan that listed a CA and did not read it says nothing about its verdict.
TEST_F(Timeline, ComparesNoVerdictThatALaterScanDidNotRead) {
  scan({enforced_example(1, "A")});
  scan({not_enforced_example(1, "A")});
  scan({}, history::ScanState::partial, {enforced_example(1, "A")});
  EXPECT_THAT(changes_of(history_.forest_status(now()).since), ElementsAre("regressed A"));
}

TEST_F(Timeline, KeepsAHiddenCaWithItsLastKnownVerdict) {
  scan({not_enforced_example(1, "A")});
  scan({hidden_example(1, "A")});
  const auto forest = history_.forest_status(now());
  ASSERT_THAT(forest.cas, SizeIs(1));
  EXPECT_TRUE(forest.cas[0].hidden());
  EXPECT_EQ(forest.cas[0].verdict(), Verdict::unknown);
  EXPECT_EQ(forest.cas[0].known->judged.verdict, Verdict::not_enforced);
  EXPECT_EQ(history_.headlines({}).back().unknown, 1U);
}

TEST_F(Timeline, NamesARemovedCaInTheFirstScanWithoutIt) {
  scan({enforced_example(1, "A"), not_enforced_example(2, "B")});
  const auto without = scan({enforced_example(1, "A")});
  auto forest = history_.forest_status(now());
  ASSERT_THAT(forest.removed, SizeIs(1));
  EXPECT_EQ(forest.removed[0].removed->scan, without);
  EXPECT_EQ(forest.removed[0].known->judged.verdict, Verdict::not_enforced);
  EXPECT_THAT(changes_of(forest.since), ElementsAre("removed B, not-enforced"));

  scan({enforced_example(1, "A")}, history::ScanState::partial);
  EXPECT_THAT(history_.forest_status(now()).removed, SizeIs(1));
  scan({enforced_example(1, "A")});
  EXPECT_THAT(history_.forest_status(now()).removed, IsEmpty());
}

/// A CA that only a partial scan ever listed is known too and can be removed.
TEST_F(Timeline, KnowsEveryCaThatNoCompleteScanMissed) {
  const auto names = [&] {
    std::vector<std::string> known;
    for (const auto& ca : history_.known_cas()) known.push_back(ca.common_name);
    return known;
  };
  EXPECT_THAT(names(), IsEmpty());
  scan({enforced_example(1, "A"), enforced_example(2, "B")}, history::ScanState::partial);
  EXPECT_THAT(names(), ElementsAre("A", "B"));
  scan({enforced_example(1, "A")});
  EXPECT_THAT(names(), ElementsAre("A"));
  scan({enforced_example(1, "A"), enforced_example(3, "C")}, history::ScanState::interrupted,
       {enforced_example(4, "D")});
  EXPECT_THAT(names(), ElementsAre("A", "C", "D"));
  const auto last = scan({enforced_example(1, "A")});
  EXPECT_THAT(changes_of(history_.scan(last).since), ElementsAre("removed C, enforced", "removed D"));
  EXPECT_THAT(names(), ElementsAre("A"));
}

/// The machine's clock was set back by an hour between two scans.
class ClockSetBack : public Timeline {
 protected:
  std::int64_t scan_at(std::int64_t began, const std::vector<history::Observation>& cas) {
    auto start = start_example();
    start.started_at = at(began);
    const auto lock = history_.lock_for_scan([](int) {});
    const auto id = history_.begin_scan(lock, start);
    history_.finish_scan(id, history::ScanState::complete, at(began + 1'000), listing_example(), services_of(cas), cas);
    return id;
  }

  static constexpr std::int64_t hour = 3'600'000;
  static constexpr std::int64_t noon = day + day / 2;
};

TEST_F(ClockSetBack, KeepsTheOrderOfScans) {
  scan_at(noon, {not_enforced_example(1, "A")});
  scan_at(noon - hour, {enforced_example(1, "A")});
  const auto ca = history_.ca_summary(guid(1), at(noon));
  ASSERT_THAT(ca.story.events, SizeIs(2));
  EXPECT_EQ(ca.story.events[0].kind, history::EventKind::first_seen);
  EXPECT_EQ(ca.story.events[1].kind, history::EventKind::remediated);
}

TEST_F(ClockSetBack, MakesNoLengthNegative) {
  scan_at(noon, {not_enforced_example(1, "A"), not_enforced_example(2, "B")});
  scan_at(noon - hour, {enforced_example(1, "A"), not_enforced_example(2, "B")});
  const auto time = history_.trend({}, at(noon - hour)).time_to_remediate;
  EXPECT_EQ(time.median, std::chrono::milliseconds{0});
  EXPECT_EQ(time.oldest_open, std::chrono::milliseconds{0});
}

TEST_F(ClockSetBack, LetsAFixEndTheDecisionBeforeIt) {
  scan_at(noon, {not_enforced_example(1, "A")});
  history_.decide({.object_guid = guid(1),
                   .status = history::Status::risk_accepted,
                   .reason = "Until the move",
                   .approver = "CISO",
                   .until = at(noon + 90 * day),
                   .set_at = at(noon + hour)});
  scan_at(noon - hour, {enforced_example(1, "A")});
  scan_at(noon - hour + 60'000, {not_enforced_example(1, "A")});
  EXPECT_EQ(history_.ca_summary(guid(1), at(noon + 2 * hour)).status, history::Status::to_address);
}

TEST_F(ClockSetBack, ShowsInTheNewestMoment) {
  EXPECT_EQ(history_.newest_moment(), std::nullopt);
  scan_at(noon, {not_enforced_example(1, "A")});
  scan_at(noon - hour, {enforced_example(1, "A")});
  EXPECT_EQ(history_.newest_moment(), at(noon + 1'000));
}

TEST_F(Timeline, OfThePastKnowsNothingLater) {
  scan({not_enforced_example(1, "A")});
  scan({enforced_example(1, "A")});
  const auto trend = history_.trend_until({}, at(2 * day - 1));
  EXPECT_THAT(trend.scans, SizeIs(1));
  EXPECT_THAT(trend.events, IsEmpty());
  EXPECT_EQ(trend.time_to_remediate.open, 1U);
  EXPECT_THAT(history_.trend_until({}, at(1)).scans, IsEmpty());
}

}  // namespace
}  // namespace casweep::store
