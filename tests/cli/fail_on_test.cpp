// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/fail_on.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/command_line.h"
#include "tests/cli/test_environment.h"

namespace casweep::cli::test {
namespace {

using assess::Outcome;
using store::Status;

FailOn fail_on(const std::vector<std::string>& arguments) {
  CommandLine line{"scan", {}, {}, {}};
  line.configurable.add(fail_on_options());
  TestEnvironment process;
  return read_fail_on(parse_command_line(line, arguments, process.environment), FailOn{});
}

discovery::ObjectGuid guid() { return *discovery::ObjectGuid::from_octets(std::array<std::uint8_t, 16>{}); }

store::CaStatus ca_with(Outcome outcome, std::optional<store::Disposition> decision = {}, store::Instant now = {}) {
  store::CaStatus ca{.object_guid = guid()};
  ca.last = store::Reading{.finding = {.outcome = outcome}};
  if (decision) ca.decisions.push_back(*decision);
  ca.status = store::status_at(outcome, ca.decision(), now);
  return ca;
}

store::Disposition decided(Status status, std::optional<store::Instant> until = {}) {
  return {.object_guid = guid(), .status = status, .until = until};
}

ExitCode code_of(const store::CaStatus& ca, const FailOn& fail_on) {
  store::ForestStatus forest{.scan = store::ScanMoment{.scan = 1}};
  forest.cas.push_back(ca);
  return exit_code_of(forest, fail_on);
}

TEST(FailOn, IsNotEnforcedAndUnknownUnlessSaidOtherwise) {
  EXPECT_TRUE(fail_on({}).not_enforced);
  EXPECT_TRUE(fail_on({}).unknown);
  EXPECT_FALSE(fail_on({}).regression);
  EXPECT_TRUE(fail_on({"--strict"}).strict);
}

TEST(FailOn, IsWhatIsNamedAndNothingElse) {
  const FailOn chosen = fail_on({"--fail-on", "regression,expired"});
  EXPECT_FALSE(chosen.not_enforced);
  EXPECT_FALSE(chosen.unknown);
  EXPECT_TRUE(chosen.regression);
  EXPECT_TRUE(chosen.expired);
  EXPECT_FALSE(fail_on({"--fail-on", "none"}).not_enforced);
}

TEST(FailOn, TakesNoOtherWord) {
  EXPECT_THROW(fail_on({"--fail-on", "anything"}), CommandError);
  EXPECT_THROW(fail_on({"--fail-on", ""}), CommandError);
  EXPECT_THROW(fail_on({"--fail-on", "none,unknown"}), CommandError);
}

TEST(ExitCodeWithExceptions, LetsAnExceptedCaPass) {
  for (const Status status : {Status::risk_accepted, Status::third_party, Status::alternate_mitigation}) {
    const auto ca = ca_with(Outcome::not_enforced, decided(status));
    EXPECT_EQ(code_of(ca, FailOn{}), ExitCode::compliant);
    EXPECT_EQ(code_of(ca, FailOn{.strict = true}), ExitCode::not_enforced);
  }
}

TEST(ExitCodeWithExceptions, DoesNotTakeAPlanForAFix) {
  EXPECT_EQ(code_of(ca_with(Outcome::not_enforced, decided(Status::planned)), FailOn{}), ExitCode::not_enforced);
}

TEST(ExitCodeWithExceptions, NeverLetsAnUnknownCaPass) {
  EXPECT_EQ(code_of(ca_with(Outcome::unknown, decided(Status::third_party)), FailOn{}), ExitCode::unknown);
}

TEST(ExitCodeWithExceptions, EndsWithTheException) {
  const store::Instant until{std::chrono::hours{1}};
  const auto ca = ca_with(Outcome::not_enforced, decided(Status::risk_accepted, until), until);
  EXPECT_EQ(code_of(ca, FailOn{}), ExitCode::not_enforced);
  FailOn only_expired = FailOn::nothing();
  EXPECT_EQ(code_of(ca, only_expired), ExitCode::compliant);
  only_expired.expired = true;
  EXPECT_EQ(code_of(ca, only_expired), ExitCode::not_enforced);
  EXPECT_EQ(code_of(ca_with(Outcome::enforced, decided(Status::risk_accepted, until), until), only_expired),
            ExitCode::compliant);
}

TEST(ExitCodeWithExceptions, TellsARegressionFromWhatNeverWas) {
  FailOn regression = FailOn::nothing();
  regression.regression = true;
  auto ca = ca_with(Outcome::not_enforced);
  EXPECT_EQ(code_of(ca, regression), ExitCode::compliant);
  ca.story.regressed = true;
  EXPECT_EQ(code_of(ca, regression), ExitCode::not_enforced);
}

/// Whoever waits for a regression must hear of it although the host has gone silent since.
TEST(ExitCodeWithExceptions, StillTellsARegressionThatBecameUnknown) {
  FailOn regression = FailOn::nothing();
  regression.regression = true;
  auto ca = ca_with(Outcome::unknown);
  ca.story.regressed = true;
  EXPECT_EQ(code_of(ca, regression), ExitCode::not_enforced);
  ca.status = Status::risk_accepted;
  EXPECT_EQ(code_of(ca, regression), ExitCode::compliant);
}

/// An empty list is no forest without CAs.
TEST(ExitCodeOfAForest, IsUnknownUntilAScanWasComplete) {
  EXPECT_EQ(exit_code_of(store::ForestStatus{}, FailOn{}), ExitCode::unknown);
  EXPECT_EQ(exit_code_of(store::ForestStatus{}, FailOn::nothing()), ExitCode::compliant);
}

}  // namespace
}  // namespace casweep::cli::test
