// SPDX-License-Identifier: GPL-3.0-or-later
#include "doctor/step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <vector>

namespace casweep::doctor {
namespace {

Step step_with(Outcome outcome) { return {.finding = {.outcome = outcome}}; }

TEST(Step, ProvesNothingByDefaultIfItWasSkipped) { EXPECT_EQ(Outcome{}, Outcome::skipped); }

TEST(Step, EveryCheckHasAClaimOfItsOwn) {
  std::set<std::string_view> claims;
  for (const Check check : all_checks()) claims.insert(claim_of(check));
  EXPECT_EQ(claims.size(), all_checks().size());
}

TEST(Step, TheFirstFailureCounts) {
  std::vector<Step> steps{step_with(Outcome::warning), step_with(Outcome::failed), step_with(Outcome::failed)};
  EXPECT_EQ(first_failure(steps), &steps[1]);
  EXPECT_EQ(first_failure(std::vector{step_with(Outcome::warning), step_with(Outcome::skipped)}), nullptr);
}

TEST(Step, TheWorstOutcomeIsThatOfAll) {
  EXPECT_EQ(outcome_of(std::vector{step_with(Outcome::ok), step_with(Outcome::warning)}), Outcome::warning);
  EXPECT_EQ(outcome_of(std::vector{step_with(Outcome::failed), step_with(Outcome::skipped)}), Outcome::failed);
  EXPECT_EQ(outcome_of({}), Outcome::ok);
}

}  // namespace
}  // namespace casweep::doctor
