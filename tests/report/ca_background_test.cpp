// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/ca_background.h"

#include <gtest/gtest.h>

#include <utility>

#include "tests/support/example_scans.h"

namespace casweep::report {

using namespace test;
namespace {

using history::Status;
using namespace std::chrono_literals;

class Background : public ::testing::Test {
 protected:
  /// Of the CA that is not enforced, after decisions at `set_at`.
  [[nodiscard]] CaBackground background() const {
    history::CaSummary known{.object_guid = guid()};
    known.decisions = decisions_;
    known.story.events = {{.at = began() - 24h, .scan = first_scan_, .object_guid = guid()}};
    return background_of(scan_, scan_.cas[ca_], known);
  }
  void decide(Status status, base::Instant set_at, std::optional<base::Instant> until = {}) {
    decisions_.push_back({.object_guid = guid(),
                          .status = status,
                          .reason = "why",
                          .approver = "who",
                          .until = until,
                          .set_at = set_at});
  }
  [[nodiscard]] base::ObjectGuid guid() const { return scan_.cas[ca_].service.object_guid; }
  [[nodiscard]] base::Instant began() const { return scan_.start.started_at; }

  const history::ScanRecord scan_ = mixed_scan();
  std::size_t ca_ = 1;
  std::int64_t first_scan_ = 3;
  std::vector<history::Decision> decisions_;
};

TEST_F(Background, WithoutADecisionIsToAddress) {
  EXPECT_EQ(background().status, Status::to_address);
  EXPECT_EQ(justification_of(background()), "");
}

TEST_F(Background, TellsWhetherThisScanSawTheFix) {
  EXPECT_FALSE(background().is_remediated);
  history::CaSummary known{.object_guid = guid()};
  known.story.events = {
      {.kind = history::EventKind::remediated, .at = began(), .scan = scan_.id, .object_guid = guid()}};
  EXPECT_TRUE(background_of(scan_, scan_.cas[ca_], known).is_remediated);
  known.story.events[0].scan = scan_.id + 1;
  EXPECT_FALSE(background_of(scan_, scan_.cas[ca_], known).is_remediated);
}

TEST_F(Background, ADecisionAboutACaThatWasFixedSinceIsNone) {
  decide(Status::third_party, began() - 3h);
  history::CaSummary known{.object_guid = guid(), .decisions = decisions_};
  known.story.findings = {{.scan = scan_.id - 1, .at = began() - 2h}};
  EXPECT_EQ(background_of(scan_, scan_.cas[ca_], known).status, Status::to_address);
  known.story.findings = {{.scan = scan_.id + 1, .at = began() + 2h}};
  EXPECT_EQ(background_of(scan_, scan_.cas[ca_], known).status, Status::third_party);
}

TEST_F(Background, ADecisionThatThisScanEndedIsNone) {
  decide(Status::third_party, began() - 3h);
  history::CaSummary known{.object_guid = guid(), .decisions = decisions_};
  known.story.findings = {{.scan = scan_.id, .at = began(), .ended = began() + 1min}};
  EXPECT_EQ(background_of(scan_, scan_.cas[ca_], known).status, Status::to_address);
  EXPECT_FALSE(background_of(scan_, scan_.cas[ca_], known).decision);
}

TEST_F(Background, TakesTheNewestDecisionBeforeTheScan) {
  decide(Status::planned, began() - 2h);
  decide(Status::risk_accepted, began() - 1h, began() + 24h);
  EXPECT_EQ(background().status, Status::risk_accepted);
  EXPECT_EQ(justification_of(background()), "Risk accepted until 2026-11-24 by who: why");
}

TEST_F(Background, IgnoresWhatWasDecidedLater) {
  decide(Status::risk_accepted, began() + 1ms, began() + 24h);
  EXPECT_EQ(background().status, Status::to_address);
}

TEST_F(Background, ADecisionThatHadExpiredWhenTheScanBeganIsNone) {
  decide(Status::risk_accepted, began() - 2h, began());
  EXPECT_EQ(background().status, Status::to_address);
  EXPECT_FALSE(background().decision);
}

TEST_F(Background, OneThatExpiresLaterStillStands) {
  decide(Status::risk_accepted, began() - 2h, began() + 1ms);
  EXPECT_EQ(background().status, Status::risk_accepted);
}

TEST_F(Background, AWithdrawnDecisionIsNone) {
  decide(Status::third_party, began() - 2h);
  decide(Status::to_address, began() - 1h);
  EXPECT_EQ(background().status, Status::to_address);
  EXPECT_FALSE(background().decision);
}

TEST_F(Background, ACompliantCaIsCompletedWhateverWasDecided) {
  ca_ = 0;
  decide(Status::risk_accepted, began() - 2h, began() + 24h);
  EXPECT_EQ(background().status, Status::completed);
  EXPECT_FALSE(background().decision);
}

TEST_F(Background, AnUnknownCaIsNeverCompleted) {
  ca_ = 4;
  EXPECT_EQ(background().status, Status::to_address);
}

TEST_F(Background, IsNewInTheScanThatSawItFirst) {
  EXPECT_FALSE(background().is_new);
  EXPECT_EQ(background().first_seen_at, began() - 24h);
  first_scan_ = scan_.id;
  EXPECT_TRUE(background().is_new);
}

TEST_F(Background, KnowsSinceWhenAsOfTheScan) {
  const history::ScanMoment opened{.scan = scan_.id - 1, .at = began() - 24h};
  history::CaSummary known{.object_guid = guid()};
  known.story.known_runs = {
      {.scan = scan_.id - 2, .at = began() - 48h}, opened, {.scan = scan_.id + 1, .at = began() + 24h}};
  known.story.episodes = {{.opened = opened, .closed = known.story.known_runs.back()}};
  const auto background = background_of(scan_, scan_.cas[ca_], known);
  EXPECT_EQ(background.since, opened.at);
  EXPECT_TRUE(background.regressed);
}

}  // namespace
}  // namespace casweep::report
