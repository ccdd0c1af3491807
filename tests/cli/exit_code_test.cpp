// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/exit_code.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace casweep::cli {
namespace {

using assess::Verdict;

history::ScanRecord scan_with(std::initializer_list<Verdict> verdicts,
                              history::ScanState state = history::ScanState::complete) {
  history::ScanRecord scan;
  scan.state = state;
  const std::array<std::uint8_t, 16> octets{};
  for (const Verdict verdict : verdicts) {
    const discovery::EnrollmentService service{*base::ObjectGuid::from_octets(octets)};
    scan.cas.push_back({service, {}, {.verdict = verdict, .reason = {}, .detail = {}, .interface_flags = {}}});
  }
  scan.discovered = scan.cas.size();
  return scan;
}

void decide(history::CaSummary& ca, history::Status status) {
  ca.decisions.push_back({.object_guid = ca.object_guid, .status = status});
  ca.status = status;
}

/// The exit code without any decisions.
ExitCode code_of(const history::ScanRecord& scan) { return exit_code_of(scan, history::ForestStatus{}, {}, FailOn{}); }

TEST(ExitCode, IsZeroIfAllAreEnforcedOrNotExposed) {
  EXPECT_EQ(code_of(scan_with({Verdict::enforced, Verdict::not_exposed})), ExitCode::ok);
}

TEST(ExitCode, TellsNotEnforcedFromUnknownAndFromBoth) {
  EXPECT_EQ(code_of(scan_with({Verdict::enforced, Verdict::not_enforced})), ExitCode::not_enforced);
  EXPECT_EQ(code_of(scan_with({Verdict::enforced, Verdict::unknown})), ExitCode::unknown);
  EXPECT_EQ(code_of(scan_with({Verdict::not_enforced, Verdict::unknown})), ExitCode::not_enforced_and_unknown);
}

/// The mistake of tools that found nothing to complain about because they reached nothing.
TEST(ExitCode, IsNeverZeroWithoutACa) { EXPECT_EQ(code_of(scan_with({})), ExitCode::unavailable); }

TEST(ExitCode, OfAFailedScanIsUnavailable) {
  EXPECT_EQ(code_of(scan_with({}, history::ScanState::failed)), ExitCode::unavailable);
}

TEST(ExitCode, CountsACaThatACompleteScanDidNotReadAsUnknown) {
  history::ScanRecord scan = scan_with({Verdict::enforced});
  scan.discovered = 2;
  EXPECT_EQ(code_of(scan), ExitCode::unknown);
}

TEST(ExitCode, OfAPartialScanSpeaksOfTheChosenCas) {
  history::ScanRecord scan = scan_with({Verdict::enforced}, history::ScanState::partial);
  scan.discovered = 2;
  EXPECT_EQ(code_of(scan), ExitCode::ok);
}

/// Whatever the history says of the CA: only what was decided about it comes from there.
TEST(ExitCode, TakesTheVerdictsOfTheScan) {
  const history::ScanRecord scan = scan_with({Verdict::not_enforced});
  history::ForestStatus forest;
  forest.cas.push_back({.object_guid = scan.cas.front().service.object_guid});
  forest.cas.front().last = history::Answer{.judged = {.verdict = Verdict::enforced, .reason = {}}};
  forest.cas.front().status = history::Status::completed;
  EXPECT_EQ(exit_code_of(scan, forest, {}, FailOn{}), ExitCode::not_enforced);

  decide(forest.cas.front(), history::Status::third_party);
  EXPECT_EQ(exit_code_of(scan, forest, {}, FailOn{}), ExitCode::ok);
}

/// Its removal is recorded by the next complete scan, which counts it as well.
TEST(ExitCode, OfAPartialScanCountsTheCasThatAreGone) {
  history::ScanRecord scan = scan_with({Verdict::enforced}, history::ScanState::partial);
  std::array<std::uint8_t, 16> octets{};
  octets[0] = 1;
  const std::array gone{discovery::EnrollmentService{*base::ObjectGuid::from_octets(octets)}};
  history::ForestStatus forest;
  history::CaSummary& status = forest.cas.emplace_back(history::CaSummary{.object_guid = gone[0].object_guid});
  const auto read = [&](Verdict verdict) {
    status.last = status.known = history::Answer{.judged = {.verdict = verdict, .reason = {}}};
  };

  read(Verdict::enforced);
  EXPECT_EQ(exit_code_of(scan, forest, gone, FailOn{}), ExitCode::ok);
  EXPECT_EQ(exit_code_of(scan, forest, gone, FailOn{.removed_ca = true}), ExitCode::not_enforced);
  read(Verdict::not_enforced);
  EXPECT_EQ(exit_code_of(scan, forest, gone, FailOn{}), ExitCode::not_enforced);
  status.known.reset();
  status.last->judged.verdict = Verdict::unknown;
  EXPECT_EQ(exit_code_of(scan, forest, gone, FailOn{}), ExitCode::unknown);
  decide(status, history::Status::third_party);
  EXPECT_EQ(exit_code_of(scan, forest, gone, FailOn{}), ExitCode::ok);
}

TEST(ExitCode, OfADirectoryErrorTellsCredentialsFromTheRest) {
  using discovery::DirectoryErrorKind;
  EXPECT_EQ(exit_code_of({DirectoryErrorKind::credentials_refused, ""}), ExitCode::credentials);
  EXPECT_EQ(exit_code_of({DirectoryErrorKind::kerberos_failed, ""}), ExitCode::credentials);
  EXPECT_EQ(exit_code_of({DirectoryErrorKind::unreachable, ""}), ExitCode::unavailable);
  EXPECT_EQ(exit_code_of({DirectoryErrorKind::listing_truncated, ""}), ExitCode::unavailable);
  EXPECT_EQ(exit_code_of({DirectoryErrorKind::no_enrollment_services, ""}), ExitCode::unavailable);
}

TEST(ExitCode, OfALogonErrorIsThatOfTheSameDirectoryError) {
  using logon::LogonErrorKind;
  for (int kind = 0; kind <= static_cast<int>(LogonErrorKind::crashed); ++kind) {
    const logon::LogonError error{static_cast<LogonErrorKind>(kind), ""};
    EXPECT_EQ(exit_code_of(error), exit_code_of(discovery::directory_error_of(error))) << kind;
  }
  EXPECT_EQ(exit_code_of({LogonErrorKind::credentials_refused, ""}), ExitCode::credentials);
  EXPECT_EQ(exit_code_of({LogonErrorKind::options_unusable, ""}), ExitCode::data);
}

TEST(ExitCode, OfAStoreErrorIsAFileUnlessAnArgumentNamedNothing) {
  using store::StoreError;
  EXPECT_EQ(exit_code_of(StoreError(StoreError::Kind::damaged, "")), ExitCode::file);
  EXPECT_EQ(exit_code_of(StoreError(StoreError::Kind::altered, "")), ExitCode::file);
  EXPECT_EQ(exit_code_of(StoreError(StoreError::Kind::no_such_scan, "")), ExitCode::usage);
}

TEST(ExitCode, OfACheckupIsThatOfItsFirstFailure) {
  using doctor::failure;
  const auto code_with = [](doctor::Finding finding) {
    doctor::Checkup checkup;
    checkup.steps.push_back({.finding = {.outcome = doctor::Outcome::warning}});
    checkup.steps.push_back({.finding = std::move(finding)});
    checkup.steps.push_back({.finding = failure(store::StoreError::Kind::read_only, "")});
    return exit_code_of(checkup);
  };
  EXPECT_EQ(code_with({}), ExitCode::file);
  EXPECT_EQ(code_with(failure(doctor::NoClientLibrary{}, "")), ExitCode::unavailable);
  EXPECT_EQ(code_with(failure(logon::LogonErrorKind::kerberos_failed, "")), ExitCode::credentials);
  EXPECT_EQ(code_with(failure(logon::LogonErrorKind::kdc_unreachable, "")), ExitCode::unavailable);
  EXPECT_EQ(code_with(failure(discovery::DirectoryErrorKind::unreachable, "")), ExitCode::unavailable);
  EXPECT_EQ(code_with(failure(scan::ScanError::Kind::no_such_ca, "")), ExitCode::usage);
  EXPECT_EQ(code_with(failure(assess::Reason::timed_out, "")), ExitCode::unknown);
  doctor::Checkup healthy;
  healthy.steps.push_back({.finding = {.outcome = doctor::Outcome::warning}});
  EXPECT_EQ(exit_code_of(healthy), ExitCode::ok);
}

}  // namespace
}  // namespace casweep::cli
