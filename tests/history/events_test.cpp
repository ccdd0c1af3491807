// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/history_testing.h"

namespace casweep::history {

using namespace test;
namespace {

using assess::Reason;
using assess::Verdict;
using testing::ElementsAre;
using testing::IsEmpty;

ScanMoment moment(std::int64_t scan) { return {.scan = scan, .at = at(scan * day)}; }

VerdictWithReason judged(char letter) {
  switch (letter) {
    case 'e':
      return {Verdict::enforced, Reason::flag_set};
    case 'n':
      return {Verdict::not_enforced, Reason::flag_clear};
    case 'x':
      return {Verdict::not_exposed, Reason::rpc_enrollment_off};
    default:
      return {Verdict::unknown, Reason::timed_out};
  }
}

/// A CA in daily scans, from scan 1 on: e(nforced), n(ot enforced), not e(x)posed, u(nknown), - (listed and not read),
/// . (a complete scan without it).
CaTimeline timeline(std::string_view days) {
  CaTimeline ca{.object_guid = guid(1)};
  std::optional<ScanMoment> missing;
  for (std::size_t i = 0; i < days.size(); ++i) {
    const auto scan = moment(static_cast<std::int64_t>(i) + 1);
    if (days[i] == '.') {
      if (!missing) missing = scan;
      continue;
    }
    ca.sightings.push_back({.scan = scan,
                            .missing = std::exchange(missing, std::nullopt),
                            .identity = {.common_name = "CA", .dns_host_name = "ca.corp.example", .certificates = {1}},
                            .judged = days[i] == '-' ? std::nullopt : std::optional{judged(days[i])}});
  }
  ca.missing = missing;
  return ca;
}

/// "regressed 5": what happened in which scan, or on which day.
std::vector<std::string> told(const CaTimeline& ca, const std::vector<Decision>& decisions = {},
                              base::Instant now = at(1'000 * day)) {
  std::vector<std::string> events;
  for (const Event& event : story_of(ca, decisions, now).events) {
    const auto when = event.scan ? *event.scan : event.at.time_since_epoch().count() / day;
    events.push_back(std::string(word_of(event.kind)) + " " + std::to_string(when));
  }
  return events;
}

std::vector<Episode> episodes(std::string_view days) { return story_of(timeline(days), {}, at(1'000 * day)).episodes; }

TEST(Events, OfAQuietCaAreThatItWasFirstSeen) {
  EXPECT_THAT(told(timeline("eeee")), ElementsAre("first-seen 1"));
  EXPECT_THAT(told(timeline("nnnn")), ElementsAre("first-seen 1"));
}

TEST(Events, TellRemediationAndRegression) {
  EXPECT_THAT(told(timeline("ennen")), ElementsAre("first-seen 1", "regressed 2", "remediated 4", "regressed 5"));
}

TEST(Events, OfUnknownNeitherRemediateNorRegress) {
  EXPECT_THAT(told(timeline("euue")), ElementsAre("first-seen 1", "became-unknown 2", "recovered 4"));
  EXPECT_THAT(told(timeline("nun")), ElementsAre("first-seen 1", "became-unknown 2", "recovered 3"));
}

TEST(Events, OfACaThatChangedWhileItWasUnknownTellBoth) {
  EXPECT_THAT(told(timeline("nue")), ElementsAre("first-seen 1", "became-unknown 2", "recovered 3", "remediated 3"));
}

TEST(Events, BetweenEnforcedAndNotExposedAreNeitherBetterNorWorse) {
  EXPECT_THAT(told(timeline("exe")), ElementsAre("first-seen 1", "verdict-changed 2", "verdict-changed 3"));
  EXPECT_THAT(told(timeline("xn")), ElementsAre("first-seen 1", "regressed 2"));
}

TEST(Events, OfACaThatWasNotReadAreNone) {
  EXPECT_THAT(told(timeline("e-e")), ElementsAre("first-seen 1"));
  EXPECT_THAT(told(timeline("--n")), ElementsAre("first-seen 1"));
}

TEST(Events, TellThatACaIsNewOnlyIfACompleteScanLackedIt) {
  EXPECT_THAT(told(timeline(".e")), ElementsAre("added 2"));
  EXPECT_THAT(told(timeline("e")), ElementsAre("first-seen 1"));
}

TEST(Events, TellRemovalAndReturn) {
  EXPECT_THAT(told(timeline("e..")), ElementsAre("first-seen 1", "removed 2"));
  EXPECT_THAT(told(timeline("e.e")), ElementsAre("first-seen 1", "removed 2", "added 3"));
}

TEST(Events, TellANewNameAndANewHost) {
  auto ca = timeline("ee");
  ca.sightings[1].identity.common_name = "Other";
  ca.sightings[1].identity.dns_host_name = "other.corp.example";
  const auto story = story_of(ca, {}, at(0));
  ASSERT_EQ(story.events.size(), 3U);
  EXPECT_EQ(story.events[1].kind, EventKind::renamed);
  EXPECT_EQ(story.events[1].before, "CA");
  EXPECT_EQ(story.events[1].after, "Other");
  EXPECT_EQ(story.events[2].kind, EventKind::moved);
  EXPECT_EQ(story.events[2].after, "other.corp.example");
}

TEST(Events, OfAHostInOtherLettersAreNone) {
  auto ca = timeline("ee");
  ca.sightings[1].identity.dns_host_name = "CA.Corp.Example";
  EXPECT_THAT(told(ca), ElementsAre("first-seen 1"));
}

TEST(Events, TellANewCertificateAndNotOneThatWent) {
  auto ca = timeline("eee");
  ca.sightings[1].identity.certificates = {1, 2};
  ca.sightings[2].identity.certificates = {2};
  EXPECT_THAT(told(ca), ElementsAre("first-seen 1", "certificate-renewed 2"));
}

/// As two domain controllers give it that replicate unevenly.
TEST(Events, TellEachCertificateOnce) {
  auto ca = timeline("eeeeee");
  ca.sightings[1].identity.certificates = {1, 2};
  ca.sightings[2].identity.certificates = {1};
  ca.sightings[3].identity.certificates = {1, 2};
  ca.sightings[4].identity.certificates = {};
  ca.sightings[5].identity.certificates = {3};
  EXPECT_THAT(told(ca), ElementsAre("first-seen 1", "certificate-renewed 2", "certificate-renewed 6"));
}

TEST(Events, TellNoMoveForADotOrAnotherCase) {
  auto ca = timeline("eee");
  ca.sightings[0].identity.dns_host_name = "ca01.corp.example";
  ca.sightings[1].identity.dns_host_name = "ca01.corp.example.";
  ca.sightings[2].identity.dns_host_name = "CA01.CORP.EXAMPLE";
  EXPECT_THAT(told(ca), ElementsAre("first-seen 1"));
}

/// An account that may not read dNSHostName has not seen the CA move.
TEST(Events, TellNoMoveToNowhere) {
  auto ca = timeline("eee");
  ca.sightings[1].identity.dns_host_name = "";
  EXPECT_THAT(told(ca), ElementsAre("first-seen 1"));
  ca.sightings[2].identity.dns_host_name = "other.corp.example";
  EXPECT_THAT(told(ca), ElementsAre("first-seen 1", "moved 3"));
}

TEST(Events, OfARemovedCaHaveTheNameItHad) {
  auto ca = timeline("e.");
  EXPECT_EQ(story_of(ca, {}, at(0)).events.back().identity->common_name, "CA");
}

/// A reader may skip what changes nothing.
TEST(Events, AreTheSameWithoutTheSightingsThatRepeat) {
  const auto all = timeline("nnneeeuuunnn");
  auto few = all;
  std::erase_if(few.sightings, [](const Sighting& sighting) { return sighting.scan.scan % 3 != 1; });
  EXPECT_EQ(told(few), told(all));
  EXPECT_EQ(story_of(few, {}, at(0)).episodes, story_of(all, {}, at(0)).episodes);
}

TEST(Events, TellADecisionItsEndAndItsWithdrawal) {
  const std::vector<Decision> decisions{
      {.object_guid = guid(1), .status = Status::risk_accepted, .until = at(20 * day), .set_at = at(10 * day)},
      {.object_guid = guid(1), .status = Status::third_party, .set_at = at(30 * day)},
      {.object_guid = guid(1), .status = Status::to_address, .set_at = at(40 * day)}};
  EXPECT_THAT(told(timeline("n"), decisions), ElementsAre("first-seen 1", "decision-set 10", "decision-expired 20",
                                                          "decision-set 30", "decision-withdrawn 40"));
  EXPECT_THAT(told(timeline("n"), {decisions.front()}, at(20 * day - 1)),
              ElementsAre("first-seen 1", "decision-set 10"));
}

TEST(Events, OfADecisionThatWasReplacedHaveNoExpiry) {
  const std::vector<Decision> decisions{
      {.object_guid = guid(1), .status = Status::risk_accepted, .until = at(20 * day), .set_at = at(10 * day)},
      {.object_guid = guid(1), .status = Status::risk_accepted, .until = at(50 * day), .set_at = at(15 * day)}};
  EXPECT_THAT(told(timeline("n"), decisions, at(30 * day)),
              ElementsAre("first-seen 1", "decision-set 10", "decision-set 15"));
}

TEST(Events, OfADecisionAboutACaThatWasFixedHaveNoExpiry) {
  const std::vector<Decision> decisions{
      {.object_guid = guid(1), .status = Status::risk_accepted, .until = at(20 * day), .set_at = at(1 * day + 1)},
      {.object_guid = guid(1), .status = Status::planned, .set_at = at(5 * day + 1)}};
  const auto story = story_of(timeline("nnenn"), decisions, at(30 * day));
  EXPECT_THAT(told(timeline("nnenn"), decisions, at(30 * day)),
              ElementsAre("first-seen 1", "decision-set 1", "remediated 3", "regressed 4", "decision-set 5"));
  EXPECT_EQ(story.events.back().before, "to-address");
}

TEST(Decision, EndsWithAScanThatFindsTheCaCompliant) {
  const std::vector<Decision> decisions{
      {.object_guid = guid(1), .status = Status::third_party, .set_at = at(1 * day + 1)},
      {.object_guid = guid(1), .status = Status::planned, .set_at = at(5 * day + 1)}};
  const auto story = story_of(timeline("nnenn"), decisions, at(30 * day));
  EXPECT_EQ(decision_at(decisions, story, at(1 * day)), nullptr);
  EXPECT_EQ(decision_at(decisions, story, at(2 * day)), &decisions[0]);
  EXPECT_EQ(decision_at(decisions, story, at(3 * day)), nullptr);
  EXPECT_EQ(decision_at(decisions, story, at(4 * day)), nullptr) << "it regressed, and no decision is about that";
  EXPECT_EQ(decision_at(decisions, story, at(6 * day)), &decisions[1]);
  EXPECT_EQ(decision_at({}, story, at(6 * day)), nullptr);
}

TEST(Decision, EndsWithAScanThatHadBegunBefore) {
  const std::vector<Decision> decisions{{.object_guid = guid(1), .status = Status::planned, .set_at = at(2 * day + 1)}};
  auto ca = timeline("nen");
  ca.sightings[1].scan.ended = at(2 * day + 2);
  const auto story = story_of(ca, decisions, at(9 * day));
  EXPECT_EQ(decision_at(decisions, story, at(2 * day + 1)), &decisions[0]);
  EXPECT_EQ(decision_at(decisions, story, at(3 * day)), nullptr);
}

TEST(Decision, EndsWithAFixEvenIfTheClockWasSetBack) {
  const std::vector<Decision> decisions{{.object_guid = guid(1), .status = Status::planned, .set_at = at(7 * day)}};
  auto ca = timeline("nenen");
  ca.sightings[1].scan.at = at(8 * day);  // and then it was set back
  EXPECT_EQ(decision_at(decisions, story_of(ca, decisions, at(9 * day)), at(9 * day)), nullptr);
}

TEST(Decision, HoldsWhileTheCaIsUnknown) {
  const std::vector<Decision> decisions{{.object_guid = guid(1), .status = Status::planned, .set_at = at(1 * day + 1)}};
  EXPECT_EQ(decision_at(decisions, story_of(timeline("uuu"), decisions, at(9 * day)), at(9 * day)), &decisions[0]);
  EXPECT_EQ(decision_at(decisions, story_of(timeline("nuun"), decisions, at(9 * day)), at(9 * day)), &decisions[0]);
  EXPECT_EQ(decision_at(decisions, story_of(timeline("ue"), decisions, at(9 * day)), at(9 * day)), nullptr);
}

/// A decision is about what was known when it was made.
TEST(Decision, EndsWithAScanThatNewlyFindsNoEnforcement) {
  const std::vector<Decision> decisions{
      {.object_guid = guid(1), .status = Status::third_party, .set_at = at(1 * day + 1)}};
  const auto applies = [&](const std::string& verdicts) {
    return decision_at(decisions, story_of(timeline(verdicts), decisions, at(9 * day)), at(9 * day)) != nullptr;
  };
  EXPECT_FALSE(applies("uun")) << "nothing was known";
  EXPECT_TRUE(applies("eu"));
  EXPECT_FALSE(applies("euun")) << "it was enforced when last known";
  EXPECT_FALSE(applies("euue")) << "it was fixed, or it never broke";
  EXPECT_TRUE(applies("nuun")) << "that was known";
}

TEST(Decision, ThatACaIsDecommissionedEndsWhenItAnswersAgain) {
  std::vector<Decision> decisions{
      {.object_guid = guid(1), .status = Status::decommissioned, .set_at = at(2 * day + 1)}};
  const auto story = story_of(timeline("nuun"), decisions, at(9 * day));
  EXPECT_EQ(decision_at(decisions, story, at(3 * day)), &decisions[0]);
  EXPECT_EQ(decision_at(decisions, story, at(4 * day)), nullptr);
  ASSERT_TRUE(ended_by(decisions[0], story));
  EXPECT_EQ(ended_by(decisions[0], story)->scan, 4);
  decisions[0].status = Status::risk_accepted;
  EXPECT_EQ(ended_by(decisions[0], story), std::nullopt);
}

TEST(Episode, OpensWithTheFirstAndClosesWithTheNextCompliantReading) {
  EXPECT_THAT(episodes("nnune"), ElementsAre(Episode{moment(1), moment(5)}));
  EXPECT_THAT(episodes("nx"), ElementsAre(Episode{moment(1), moment(2)}));
}

TEST(Episode, IsNeitherOpenedNorClosedByUnknown) {
  EXPECT_THAT(episodes("uuu"), IsEmpty());
  EXPECT_THAT(episodes("nuu"), ElementsAre(Episode{moment(1), {}}));
  EXPECT_THAT(episodes("eun"), ElementsAre(Episode{moment(3), {}}));
}

/// One that ended, one that is open: a regression.
TEST(Episode, OfARegressionIsANewOne) {
  EXPECT_THAT(episodes("nunenn"), ElementsAre(Episode{moment(1), moment(4)}, Episode{moment(5), {}}));
  EXPECT_TRUE(story_of(timeline("nunenn"), {}, at(0)).regressed);
  EXPECT_FALSE(story_of(timeline("nn"), {}, at(0)).regressed);
  EXPECT_FALSE(story_of(timeline("ene"), {}, at(0)).regressed);
  EXPECT_TRUE(story_of(timeline("enu"), {}, at(0)).regressed);
}

TEST(Story, KeepsTheLastKnownVerdictAndSinceWhen) {
  const auto story = story_of(timeline("ennuu"), {}, at(0));
  EXPECT_EQ(story.known->verdict, Verdict::not_enforced);
  EXPECT_EQ(story.known_since, moment(2));
  EXPECT_EQ(story.unknown_since, moment(4));
}

/// For each day of `days`: since which scan the CA has the verdict of that day, and "!" if it had regressed.
std::string sinces(std::string_view days) {
  const CaStory story = story_of(timeline(days), {}, at(100 * day));
  std::string text;
  for (std::size_t i = 0; i < days.size(); ++i) {
    const auto scan = static_cast<std::int64_t>(i) + 1;
    const auto since = verdict_since(story, scan, judged(days[i]).verdict);
    text += (since ? std::to_string(since->scan) : "-") + std::string(regressed_at(story, scan) ? "! " : " ");
  }
  return text;
}

TEST(VerdictSince, IsAsEachScanSawItWhateverCameLater) {
  EXPECT_EQ(sinces("eennuunee"), "1 1 3! 3! 5! 5! 3! 8 8 ");
  EXPECT_EQ(sinces("nnenx"), "1 1 3 4! 5 ");
  EXPECT_EQ(sinces("uue"), "1 1 3 ");
}

}  // namespace
}  // namespace casweep::history
