// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/decision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "history/decision_rules.h"
#include "store/history.h"
#include "tests/support/history_testing.h"

namespace casweep::history {

using namespace test;
namespace {

using assess::Verdict;

Decision accepted(base::Instant until) {
  return {.object_guid = guid(1),
          .status = Status::risk_accepted,
          .reason = "XP clients",
          .approver = "CISO",
          .until = until,
          .ticket = "CHG-1",
          .set_at = at(1'000),
          .os_user = "root"};
}

TEST(Decision, HoldsUntilItsLastMoment) {
  const auto decision = accepted(at(2'000));
  EXPECT_EQ(status_at(Verdict::not_enforced, &decision, at(1'999)), Status::risk_accepted);
  EXPECT_EQ(status_at(Verdict::not_enforced, &decision, at(2'000)), Status::to_address);
}

TEST(Decision, OfACompliantCaIsCompleted) {
  const auto decision = accepted(at(2'000));
  EXPECT_EQ(status_at(Verdict::enforced, &decision, at(1'500)), Status::completed);
  EXPECT_EQ(status_at(Verdict::not_exposed, nullptr, at(1'500)), Status::completed);
}

/// Not knowing completes nothing.
TEST(Decision, OfAnUnknownCaIsToAddress) { EXPECT_EQ(status_at(Verdict::unknown, nullptr, at(1)), Status::to_address); }

TEST(Decision, EndsSoonWithinThirtyDaysOfItsEnd) {
  const auto decision = accepted(at(100 * day));
  EXPECT_EQ(state_of(&decision, at(70 * day - 1)), DecisionState::active);
  EXPECT_EQ(state_of(&decision, at(70 * day)), DecisionState::ending);
  EXPECT_EQ(state_of(&decision, at(100 * day - 1)), DecisionState::ending);
  EXPECT_EQ(state_of(&decision, at(100 * day)), DecisionState::expired);
}

TEST(Decision, WithoutAnEndIsActive) {
  const Decision decision{.object_guid = guid(1), .status = Status::planned};
  EXPECT_EQ(state_of(&decision, at(10'000 * day)), DecisionState::active);
}

TEST(Decision, ThatWasWithdrawnHasNoState) {
  const Decision withdrawal{.object_guid = guid(1), .status = Status::to_address};
  EXPECT_EQ(state_of(&withdrawal, at(0)), DecisionState::none);
  EXPECT_EQ(state_of(nullptr, at(0)), DecisionState::none);
}

TEST(Decision, IsInForceUntilItExpires) {
  EXPECT_TRUE(in_force(DecisionState::active));
  EXPECT_TRUE(in_force(DecisionState::ending));
  EXPECT_FALSE(in_force(DecisionState::expired));
  EXPECT_FALSE(in_force(DecisionState::none));
}

TEST(Exception, HasTheStateOfItsDecision) {
  const auto decision = accepted(at(100 * day));
  EXPECT_EQ(exception_state(Status::risk_accepted, &decision, at(1'000)), DecisionState::active);
  EXPECT_EQ(exception_state(Status::risk_accepted, &decision, at(80 * day)), DecisionState::ending);
  EXPECT_EQ(exception_state(Status::to_address, &decision, at(100 * day)), DecisionState::expired);
  EXPECT_EQ(exception_state(Status::to_address, nullptr, at(0)), DecisionState::none);
}

TEST(Exception, IsNotAPlan) {
  auto decision = accepted(at(100 * day));
  decision.status = Status::planned;
  EXPECT_EQ(exception_state(Status::planned, &decision, at(0)), DecisionState::none);
  EXPECT_EQ(exception_state(Status::to_address, &decision, at(100 * day)), DecisionState::none);
}

TEST(Exception, IsNotNeededForACompletedCa) {
  const auto decision = accepted(at(100 * day));
  EXPECT_EQ(exception_state(Status::completed, &decision, at(0)), DecisionState::none);
  EXPECT_EQ(exception_state(Status::completed, &decision, at(100 * day)), DecisionState::none);
}

TEST(Decision, ProtectsOnlyIfSomethingElseDoes) {
  EXPECT_TRUE(is_mitigated(Status::third_party));
  EXPECT_TRUE(is_mitigated(Status::alternate_mitigation));
  EXPECT_TRUE(is_mitigated(Status::decommissioned));
  EXPECT_FALSE(is_mitigated(Status::risk_accepted));
  EXPECT_TRUE(is_exception(Status::risk_accepted));
  EXPECT_FALSE(is_exception(Status::planned));
  EXPECT_FALSE(is_exception(Status::to_address));
}

TEST(DecisionState, IsKnownAtAnyTime) {
  const auto decision = accepted(at(90'000));
  EXPECT_EQ(state_of(&decision, base::Instant::max()), DecisionState::expired);
  EXPECT_EQ(state_of(&decision, at(1'000)), DecisionState::ending);
  EXPECT_EQ(state_of(&decision, at(999)), DecisionState::none) << "a clock that was ahead dated it";
}

class DecisionOnRecord : public testing::Test {
 protected:
  DecisionOnRecord() { record_scan(history_, {enforced_example(1, "A")}); }

  const test::TestFolder folder_;
  store::History history_ = store::History::open(folder_ / "history.db");
};

TEST_F(DecisionOnRecord, IsReadAsItWasWritten) {
  const auto decision = accepted(at(90'000));
  history_.decide(decision);
  EXPECT_THAT(history_.decisions(), testing::ElementsAre(decision));
}

TEST_F(DecisionOnRecord, HasAnEntryInTheLedger) {
  const auto before = history_.ledger_head();
  history_.decide(accepted(at(90'000)));
  EXPECT_EQ(history_.ledger_head().seq, before.seq + 1);
}

TEST_F(DecisionOnRecord, EndsWithinAYear) {
  auto decision = accepted(at(1'000) + longest_duration);
  history_.decide(decision);
  decision.until = at(1'001) + longest_duration;
  EXPECT_THROW(history_.decide(decision), store::StoreError);
  decision.until.reset();
  EXPECT_THROW(history_.decide(decision), store::StoreError);
  EXPECT_EQ(history_.decisions().size(), 1U);
}

TEST_F(DecisionOnRecord, NeedsAReasonAndAnApprover) {
  auto decision = accepted(at(90'000));
  decision.reason.clear();
  EXPECT_THROW(history_.decide(decision), store::StoreError);
  decision = accepted(at(90'000));
  decision.approver.clear();
  EXPECT_THROW(history_.decide(decision), store::StoreError);
}

TEST_F(DecisionOnRecord, NeverCompletesACa) {
  auto decision = accepted(at(90'000));
  decision.status = Status::completed;
  EXPECT_THROW(history_.decide(decision), store::StoreError);
}

}  // namespace
}  // namespace casweep::history
