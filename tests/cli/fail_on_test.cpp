// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/fail_on.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_error.h"
#include "cli/options/command_line.h"
#include "tests/support/test_environment.h"

namespace casweep::cli {

using namespace test;
namespace {

using assess::Verdict;
using history::Status;

FailOn fail_on(const std::vector<std::string>& arguments) {
  const CommandLine line{.command = "scan", .options = {fail_on_options(FailOn{}, Source::anywhere)}};
  TestEnvironment process;
  return read_fail_on(parse_command_line(line, {}, arguments, process.environment), FailOn{});
}

base::ObjectGuid guid() { return *base::ObjectGuid::from_octets(std::array<std::uint8_t, 16>{}); }

history::CaSummary ca_with(Verdict verdict, std::optional<history::Decision> decision = {}, base::Instant now = {}) {
  history::CaSummary ca{.object_guid = guid()};
  ca.last = history::Answer{.judged = {.verdict = verdict}};
  if (decision) ca.decisions.push_back(*decision);
  ca.status = history::status_at(verdict, ca.decision(), now);
  return ca;
}

history::Decision decided(Status status, base::Instant until = base::Instant::max()) {
  return {.object_guid = guid(), .status = status, .until = until};
}

ExitCode code_of(const history::CaSummary& ca, const FailOn& fail_on, base::Instant now = {}) {
  history::ForestStatus forest{.scan = history::ScanMoment{.scan = 1}, .now = now};
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
    const auto ca = ca_with(Verdict::not_enforced, decided(status));
    EXPECT_EQ(code_of(ca, FailOn{}), ExitCode::ok);
    EXPECT_EQ(code_of(ca, FailOn{.strict = true}), ExitCode::not_enforced);
  }
}

TEST(ExitCodeWithExceptions, DoesNotTakeAPlanForAFix) {
  EXPECT_EQ(code_of(ca_with(Verdict::not_enforced, decided(Status::planned)), FailOn{}), ExitCode::not_enforced);
}

TEST(ExitCodeWithExceptions, LetsAnUnknownCaPassThatWasDecidedAbout) {
  for (const Status status :
       {Status::risk_accepted, Status::third_party, Status::alternate_mitigation, Status::decommissioned}) {
    const auto ca = ca_with(Verdict::unknown, decided(status));
    EXPECT_EQ(code_of(ca, FailOn{}), ExitCode::ok);
    EXPECT_EQ(code_of(ca, FailOn{.strict = true}), ExitCode::unknown);
  }
  EXPECT_EQ(code_of(ca_with(Verdict::unknown, decided(Status::planned)), FailOn{}), ExitCode::unknown);
  EXPECT_EQ(code_of(ca_with(Verdict::unknown), FailOn{}), ExitCode::unknown);
}

TEST(ExitCodeWithExceptions, EndsWithTheException) {
  const base::Instant until{std::chrono::hours{1}};
  const auto ca = ca_with(Verdict::not_enforced, decided(Status::risk_accepted, until), until);
  EXPECT_EQ(code_of(ca, FailOn{}, until), ExitCode::not_enforced);
  FailOn only_expired = FailOn::nothing();
  EXPECT_EQ(code_of(ca, only_expired, until), ExitCode::ok);
  only_expired.expired = true;
  EXPECT_EQ(code_of(ca, only_expired, until), ExitCode::not_enforced);
  EXPECT_EQ(code_of(ca_with(Verdict::enforced, decided(Status::risk_accepted, until), until), only_expired, until),
            ExitCode::ok);
  EXPECT_EQ(code_of(ca_with(Verdict::not_enforced, decided(Status::planned, until), until), only_expired, until),
            ExitCode::ok)
      << "a plan is no exception";
}

TEST(ExitCodeWithExceptions, TellsARegressionFromWhatNeverWas) {
  FailOn regression = FailOn::nothing();
  regression.regression = true;
  auto ca = ca_with(Verdict::not_enforced);
  EXPECT_EQ(code_of(ca, regression), ExitCode::ok);
  ca.story.regressed = true;
  EXPECT_EQ(code_of(ca, regression), ExitCode::not_enforced);
}

/// A regression counts even if the host no longer answers.
TEST(ExitCodeWithExceptions, StillTellsARegressionThatBecameUnknown) {
  FailOn regression = FailOn::nothing();
  regression.regression = true;
  auto ca = ca_with(Verdict::unknown);
  ca.story.regressed = true;
  EXPECT_EQ(code_of(ca, regression), ExitCode::not_enforced);
  ca = ca_with(Verdict::unknown, decided(Status::risk_accepted));
  ca.story.regressed = true;
  EXPECT_EQ(code_of(ca, regression), ExitCode::ok);
}

/// An empty list is no forest without CAs.
TEST(ExitCodeOfAForest, IsUnknownUntilAScanWasComplete) {
  EXPECT_EQ(exit_code_of(history::ForestStatus{}, FailOn{}), ExitCode::unknown);
  EXPECT_EQ(exit_code_of(history::ForestStatus{}, FailOn::nothing()), ExitCode::ok);
}

TEST(FailOn, IsAlsoThatCasComeAndGo) {
  EXPECT_TRUE(fail_on({}).hidden_ca);
  EXPECT_FALSE(fail_on({}).removed_ca);
  EXPECT_FALSE(fail_on({}).new_ca);
  const FailOn chosen = fail_on({"--fail-on", "removed-ca,new-ca"});
  EXPECT_TRUE(chosen.removed_ca);
  EXPECT_TRUE(chosen.new_ca);
  EXPECT_FALSE(chosen.hidden_ca);
  EXPECT_FALSE(chosen.unknown);
  EXPECT_TRUE(fail_on({"--fail-on", "hidden-ca"}).hidden_ca);
}

history::CaSummary known_as(Verdict verdict, Verdict known, std::optional<history::Decision> decision = {}) {
  auto ca = ca_with(known, std::move(decision));
  ca.known = ca.last;
  ca.last = history::Answer{.judged = {.verdict = verdict}};
  return ca;
}

history::CaSummary hidden(Verdict known, std::optional<history::Decision> decision = {}) {
  auto ca = known_as(Verdict::unknown, known, std::move(decision));
  ca.last->judged.reason = assess::Reason::hidden_from_account;
  return ca;
}

/// A scan 2 that read one CA, which is compliant, and the forest after it.
struct AfterScan {
  history::ScanRecord scan;
  history::ForestStatus forest;

  AfterScan() {
    scan.id = 2;
    scan.state = history::ScanState::complete;
    scan.cas.push_back({.service = {.object_guid = guid()}, .reading = assess::Reading{}, .judgement = {}});
    scan.cas[0].judgement.verdict = Verdict::enforced;
    scan.discovered = 1;
    scan.since.emplace();
    forest.scan = history::ScanMoment{.scan = 2};
    forest.cas.push_back(known_as(Verdict::enforced, Verdict::enforced));
  }

  void lose(history::CaSummary ca, std::int64_t in_scan = 2) {
    ca.removed = history::ScanMoment{.scan = in_scan};
    forest.removed.push_back(std::move(ca));
  }

  void hide(const history::CaSummary& ca) {
    scan.cas[0].judgement = {.verdict = Verdict::unknown,
                             .reason = assess::Reason::hidden_from_account,
                             .detail = {},
                             .interface_flags = {}};
    forest.cas = {ca};
  }

  [[nodiscard]] ExitCode code(const FailOn& fail_on = {}) const { return exit_code_of(scan, forest, {}, fail_on); }
};

FailOn only(bool FailOn::*member) {
  FailOn fail_on = FailOn::nothing();
  fail_on.*member = true;
  return fail_on;
}

TEST(ExitCodeOfARemovedCa, IsThatOfItsLastVerdict) {
  const auto code = [](Verdict verdict, Verdict known) {
    AfterScan after;
    after.lose(known_as(verdict, known));
    return after.code();
  };
  EXPECT_EQ(code(Verdict::enforced, Verdict::enforced), ExitCode::ok);
  EXPECT_EQ(code(Verdict::not_exposed, Verdict::not_exposed), ExitCode::ok);
  EXPECT_EQ(code(Verdict::not_enforced, Verdict::not_enforced), ExitCode::not_enforced);
  EXPECT_EQ(code(Verdict::unknown, Verdict::enforced), ExitCode::unknown);
  EXPECT_EQ(code(Verdict::unknown, Verdict::not_enforced), ExitCode::not_enforced_and_unknown);
}

TEST(ExitCodeOfARemovedCa, IsOfTheScanThatMissedItFirst) {
  AfterScan after;
  after.lose(known_as(Verdict::not_enforced, Verdict::not_enforced), 1);
  EXPECT_EQ(after.code(), ExitCode::ok);
}

TEST(ExitCodeOfARemovedCa, IsWhatFailOnSays) {
  AfterScan after;
  after.lose(known_as(Verdict::not_enforced, Verdict::not_enforced));
  EXPECT_EQ(after.code(FailOn::nothing()), ExitCode::ok);
  EXPECT_EQ(after.code(only(&FailOn::removed_ca)), ExitCode::not_enforced);
  AfterScan compliant;
  compliant.lose(known_as(Verdict::enforced, Verdict::enforced));
  EXPECT_EQ(compliant.code(only(&FailOn::removed_ca)), ExitCode::not_enforced);
  EXPECT_EQ(exit_code_of(compliant.forest, only(&FailOn::removed_ca)), ExitCode::not_enforced);
  EXPECT_EQ(AfterScan().code(only(&FailOn::removed_ca)), ExitCode::ok);
}

TEST(ExitCodeOfARemovedCa, IsNotMadeByOneThatIsExcepted) {
  AfterScan after;
  after.lose(known_as(Verdict::not_enforced, Verdict::not_enforced, decided(Status::risk_accepted)));
  EXPECT_EQ(after.code(), ExitCode::ok);
  EXPECT_EQ(after.code(only(&FailOn::removed_ca)), ExitCode::ok);
  EXPECT_EQ(exit_code_of(after.forest, only(&FailOn::removed_ca)), ExitCode::ok);
  EXPECT_EQ(after.code(FailOn{.strict = true}), ExitCode::not_enforced);
}

TEST(ExitCodeOfANewCa, IsThatOfNotEnforcedIfAskedFor) {
  AfterScan after;
  after.scan.since->changes.push_back({.kind = history::CaChange::Kind::added, .object_guid = guid()});
  after.forest.since = after.scan.since;
  EXPECT_EQ(after.code(), ExitCode::ok);
  EXPECT_EQ(after.code(only(&FailOn::new_ca)), ExitCode::not_enforced);
  EXPECT_EQ(exit_code_of(after.forest, only(&FailOn::new_ca)), ExitCode::not_enforced);
}

/// Hiding a CA from the account must not look like a remedy.
TEST(ExitCodeOfAHiddenCa, IsUnknownAndStillThatOfItsLastVerdict) {
  AfterScan after;
  after.hide(hidden(Verdict::enforced));
  EXPECT_EQ(after.code(), ExitCode::unknown);
  EXPECT_EQ(after.code(only(&FailOn::hidden_ca)), ExitCode::unknown);
  EXPECT_EQ(after.code(only(&FailOn::unknown)), ExitCode::unknown);
  EXPECT_EQ(after.code(FailOn::nothing()), ExitCode::ok);
  EXPECT_EQ(exit_code_of(after.forest, only(&FailOn::hidden_ca)), ExitCode::unknown);

  after.hide(hidden(Verdict::not_enforced));
  EXPECT_EQ(after.code(), ExitCode::not_enforced_and_unknown);
  EXPECT_EQ(after.code(only(&FailOn::not_enforced)), ExitCode::not_enforced);

  auto decided_before = hidden(Verdict::not_enforced, decided(Status::risk_accepted));
  after.hide(decided_before);
  EXPECT_EQ(after.code(), ExitCode::unknown);
  EXPECT_EQ(exit_code_of(after.forest, only(&FailOn::hidden_ca)), ExitCode::unknown);
  decided_before.hidden_when_decided = true;
  after.hide(decided_before);
  EXPECT_EQ(after.code(), ExitCode::ok) << "the person who decided knew that it was hidden";
}

/// Words that carry news: the CA counts once, and not in every scan.
TEST(ExitCodeOfNews, IsThatOfACaThatIsNewlyNotEnforced) {
  AfterScan after;
  after.scan.since->since = 1;
  after.scan.cas[0].judgement.verdict = Verdict::not_enforced;
  auto ca = known_as(Verdict::not_enforced, Verdict::not_enforced);
  ca.story.episodes = {{.opened = {.scan = 2}}};
  after.forest.cas = {ca};
  EXPECT_EQ(after.code(only(&FailOn::new_not_enforced)), ExitCode::not_enforced);
  after.forest.cas[0].story.episodes = {{.opened = {.scan = 1}}};
  EXPECT_EQ(after.code(only(&FailOn::new_not_enforced)), ExitCode::ok) << "scan 1 knew it";
  after.scan.since->changes.push_back({.kind = history::CaChange::Kind::added, .object_guid = guid()});
  EXPECT_EQ(after.code(only(&FailOn::new_not_enforced)), ExitCode::not_enforced) << "it had been removed in between";
  after.scan.since.reset();
  EXPECT_EQ(after.code(only(&FailOn::new_not_enforced)), ExitCode::not_enforced) << "no scan before this one knew it";
  after.forest.cas[0].decisions = {decided(Status::risk_accepted)};
  after.forest.cas[0].status = Status::risk_accepted;
  EXPECT_EQ(after.code(only(&FailOn::new_not_enforced)), ExitCode::ok);
}

TEST(ExitCodeOfNews, IsThatOfACaThatBecameUnknown) {
  AfterScan after;
  after.scan.since->since = 1;
  after.scan.cas[0].judgement.verdict = Verdict::unknown;
  auto ca = known_as(Verdict::unknown, Verdict::enforced);
  ca.story.known = history::VerdictWithReason{.verdict = Verdict::enforced};
  ca.story.unknown_since = history::ScanMoment{.scan = 2};
  after.forest.cas = {ca};
  EXPECT_EQ(after.code(only(&FailOn::became_unknown)), ExitCode::unknown);
  after.forest.cas[0].story.unknown_since->scan = 1;
  EXPECT_EQ(after.code(only(&FailOn::became_unknown)), ExitCode::ok) << "scan 1 knew it";
  after.forest.cas[0].story.unknown_since->scan = 2;
  after.forest.cas[0].story.known.reset();
  EXPECT_EQ(after.code(only(&FailOn::became_unknown)), ExitCode::ok) << "it was never known";
}

}  // namespace
}  // namespace casweep::cli
