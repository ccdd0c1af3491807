// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/decision_rules.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

#include "tests/support/history_testing.h"

namespace casweep::history {

using namespace test;
namespace {

using namespace std::chrono_literals;

const base::Instant today = at(1'000 * day);

CaSummary open_ca() {
  CaSummary ca{.object_guid = guid(1)};
  ca.last = ca.known = Answer{.judged = {.verdict = assess::Verdict::not_enforced}};
  return ca;
}

CaSummary decided_ca(Status status, std::optional<base::Instant> until = {}) {
  CaSummary ca = open_ca();
  ca.decisions.push_back({.object_guid = guid(1), .status = status, .until = until, .set_at = at(900 * day)});
  ca.status = status_at(ca.known->judged.verdict, ca.decision(), today);
  return ca;
}

Decision decision_with(Status status, std::optional<base::Instant> until = {}) {
  return {.object_guid = guid(1),
          .status = status,
          .reason = "XP clients",
          .approver = "CISO",
          .until = until,
          .set_at = today};
}

TEST(DecisionRules, AllowADecisionAboutACaThatIsNotCompliant) {
  EXPECT_EQ(problem_of(decision_with(Status::planned, today + 24h), open_ca()), std::nullopt);
  EXPECT_EQ(problem_of(decision_with(Status::third_party, today + 24h), open_ca()), std::nullopt);
  EXPECT_EQ(problem_of(decision_with(Status::alternate_mitigation, today + 24h), open_ca()), std::nullopt);
  EXPECT_EQ(problem_of(decision_with(Status::risk_accepted, today + 24h), open_ca()), std::nullopt);
}

TEST(DecisionRules, AllowADecisionAboutAnUnknownCa) {
  CaSummary ca = open_ca();
  ca.last->judged.verdict = assess::Verdict::unknown;
  ca.known.reset();
  EXPECT_EQ(problem_of(decision_with(Status::third_party, today + 24h), ca), std::nullopt);
}

TEST(DecisionRules, AllowDecommissioningOnlyOfACaThatCannotBeRead) {
  CaSummary ca = open_ca();
  EXPECT_EQ(problem_of(decision_with(Status::decommissioned, today + 24h), ca), DecisionProblem::still_answers);
  ca.last->judged.verdict = assess::Verdict::unknown;
  EXPECT_EQ(problem_of(decision_with(Status::decommissioned, today + 24h), ca), std::nullopt);
}

TEST(DecisionRules, EndEveryDecisionWithinAYear) {
  const auto longest = today + std::chrono::days{365};
  for (const Status status :
       {Status::planned, Status::risk_accepted, Status::third_party, Status::alternate_mitigation}) {
    EXPECT_EQ(problem_of(decision_with(status, longest), open_ca()), std::nullopt);
    EXPECT_EQ(problem_of(decision_with(status, longest + 1ms), open_ca()), DecisionProblem::ends_too_late);
    EXPECT_EQ(problem_of(decision_with(status), open_ca()), DecisionProblem::no_end);
  }
}

TEST(DecisionRules, RequireAnEndInTheFuture) {
  EXPECT_EQ(problem_of(decision_with(Status::planned, today), open_ca()), DecisionProblem::ends_in_the_past);
  EXPECT_EQ(problem_of(decision_with(Status::planned, today + 1ms), open_ca()), std::nullopt);
}

TEST(DecisionRules, RequireAReasonAndAnApprover) {
  auto decision = decision_with(Status::planned);
  decision.approver = "  ";
  EXPECT_EQ(problem_of(decision, open_ca()), DecisionProblem::no_approver);
  decision.reason = "";
  EXPECT_EQ(problem_of(decision, open_ca()), DecisionProblem::no_reason);
}

TEST(DecisionRules, LeaveCompletionToScans) {
  EXPECT_EQ(problem_of(decision_with(Status::completed), open_ca()), DecisionProblem::only_a_scan_completes);
}

TEST(DecisionRules, AllowNoDecisionAboutARemovedCa) {
  CaSummary ca = open_ca();
  ca.removed = ScanMoment{.scan = 7};
  EXPECT_EQ(problem_of(decision_with(Status::planned), ca), DecisionProblem::ca_removed);
}

TEST(DecisionRules, AllowNoDecisionAboutACompliantCa) {
  CaSummary ca = open_ca();
  ca.status = Status::completed;
  EXPECT_EQ(problem_of(decision_with(Status::planned), ca), DecisionProblem::ca_compliant);
}

TEST(DecisionRules, WithdrawADecisionInForce) {
  EXPECT_EQ(problem_of(decision_with(Status::to_address), decided_ca(Status::planned)), std::nullopt);
  CaSummary removed = decided_ca(Status::risk_accepted, today + 24h);
  removed.removed = ScanMoment{.scan = 7};
  EXPECT_EQ(problem_of(decision_with(Status::to_address), removed), std::nullopt);
}

TEST(DecisionRules, WithdrawNothingElse) {
  const auto withdrawal = decision_with(Status::to_address);
  EXPECT_EQ(problem_of(withdrawal, open_ca()), DecisionProblem::nothing_to_withdraw);
  EXPECT_EQ(problem_of(withdrawal, decided_ca(Status::to_address)), DecisionProblem::nothing_to_withdraw);
  EXPECT_EQ(problem_of(withdrawal, decided_ca(Status::risk_accepted, today)), DecisionProblem::nothing_to_withdraw);
}

}  // namespace
}  // namespace casweep::history
