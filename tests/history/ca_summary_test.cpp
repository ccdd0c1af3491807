// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/ca_summary.h"

#include <gtest/gtest.h>

#include "tests/support/history_testing.h"

namespace casweep::history {

using namespace test;
namespace {

using assess::Verdict;

CaSummary ca_with(Verdict verdict, Status status) {
  CaSummary ca{.object_guid = guid(1)};
  ca.last = Answer{.judged = {.verdict = verdict}};
  ca.status = status;
  return ca;
}

TEST(CaSummary, HasTheExceptionThatWasDecided) {
  auto ca = ca_with(Verdict::not_enforced, Status::risk_accepted);
  EXPECT_EQ(exception_state(ca, at(0)), DecisionState::none);
  ca.decisions.push_back({.object_guid = guid(1), .status = Status::risk_accepted, .until = at(100 * day)});
  EXPECT_EQ(exception_state(ca, at(1)), DecisionState::active);
  EXPECT_EQ(exception_state(ca, at(100 * day)), DecisionState::expired);
}

TEST(CaSummary, HasNoExceptionAfterAFix) {
  auto ca = ca_with(Verdict::not_enforced, Status::to_address);
  ca.decisions.push_back({.object_guid = guid(1), .status = Status::third_party, .set_at = at(10 * day)});
  ca.story.findings.push_back({.scan = 2, .at = at(20 * day)});
  EXPECT_EQ(exception_state(ca, at(30 * day)), DecisionState::none);
}

TEST(CaSummary, CountsAsNotEnforcedIfHiddenSinceThen) {
  auto ca = ca_with(Verdict::unknown, Status::to_address);
  ca.known = Answer{.judged = {.verdict = Verdict::not_enforced}};
  EXPECT_TRUE(counts_as_not_enforced(Verdict::not_enforced, ca));
  EXPECT_FALSE(counts_as_not_enforced(Verdict::unknown, ca)) << "it may have been fixed since";
  ca.last->judged.reason = assess::Reason::hidden_from_account;
  EXPECT_TRUE(counts_as_not_enforced(Verdict::unknown, ca));
  ca.known->judged.verdict = Verdict::enforced;
  EXPECT_FALSE(counts_as_not_enforced(Verdict::unknown, ca));
}

TEST(ForestStatus, CountsCompliantCas) {
  const ForestStatus forest{
      .cas = {ca_with(Verdict::enforced, Status::completed), ca_with(Verdict::not_exposed, Status::completed),
              ca_with(Verdict::not_enforced, Status::to_address), ca_with(Verdict::unknown, Status::to_address)}};
  EXPECT_EQ(forest.compliant(), 2U);
}

TEST(ForestStatus, AddsWhatSomethingElseProtectsAfterExceptions) {
  const ForestStatus forest{
      .cas = {ca_with(Verdict::enforced, Status::completed), ca_with(Verdict::not_enforced, Status::third_party),
              ca_with(Verdict::not_enforced, Status::alternate_mitigation),
              ca_with(Verdict::not_enforced, Status::risk_accepted), ca_with(Verdict::not_enforced, Status::planned),
              ca_with(Verdict::unknown, Status::third_party)}};
  EXPECT_EQ(forest.compliant(), 1U);
  EXPECT_EQ(forest.compliant_after_exceptions(), 4U);
}

}  // namespace
}  // namespace casweep::history
