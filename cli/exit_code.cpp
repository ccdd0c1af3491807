// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/exit_code.h"

#include <algorithm>

namespace casweep::cli {
namespace {

using assess::Outcome;

ExitCode code_of(bool not_enforced, bool unknown) {
  if (not_enforced) return unknown ? ExitCode::not_enforced_and_unknown : ExitCode::not_enforced;
  return unknown ? ExitCode::unknown : ExitCode::compliant;
}

bool every_ca_was_read(const store::ScanRecord& scan) {
  return scan.state == store::ScanState::partial || scan.cas.size() >= scan.discovered;
}

/// What counts against a CA, which is `outcome`, as not enforced.
bool fails(Outcome outcome, const store::CaStatus& ca, const FailOn& fail_on) {
  if (fail_on.expired && has_expired_exception(ca)) return true;
  if (fail_on.regression && has_regressed(ca, fail_on)) return true;
  return fail_on.not_enforced && outcome == Outcome::not_enforced && !is_excepted(outcome, ca, fail_on);
}

}  // namespace

bool has_expired_exception(const store::CaStatus& ca) {
  return ca.decision() != nullptr && ca.status == store::Status::to_address &&
         store::is_exception(ca.decision()->status);
}

bool has_regressed(const store::CaStatus& ca, const FailOn& fail_on) {
  const bool excepted = !fail_on.strict && store::is_exception(ca.status);
  return ca.story.regressed && !excepted;
}

bool is_excepted(Outcome outcome, const store::CaStatus& ca, const FailOn& fail_on) {
  return !fail_on.strict && outcome == Outcome::not_enforced && store::is_exception(ca.status);
}

ExitCode exit_code_of(const store::ScanRecord& scan, const store::ForestStatus& forest, const FailOn& fail_on) {
  if (scan.cas.empty() || scan.state == store::ScanState::failed) return ExitCode::unavailable;
  const bool not_enforced = std::ranges::any_of(scan.cas, [&](const store::CaRecord& ca) {
    const auto found = std::ranges::find(forest.cas, ca.service.object_guid, &store::CaStatus::object_guid);
    if (found == forest.cas.end()) return fail_on.not_enforced && ca.verdict.outcome == Outcome::not_enforced;
    return fails(ca.verdict.outcome, *found, fail_on);
  });
  const bool unknown = scan.count(Outcome::unknown) > 0 || !every_ca_was_read(scan);
  return code_of(not_enforced, fail_on.unknown && unknown);
}

ExitCode exit_code_of(const store::ForestStatus& forest, const FailOn& fail_on) {
  return code_of(
      std::ranges::any_of(forest.cas, [&](const store::CaStatus& ca) { return fails(ca.outcome(), ca, fail_on); }),
      // Until a complete scan nobody knows which CAs there are.
      fail_on.unknown && (!forest.scan || forest.count(Outcome::unknown) > 0));
}

ExitCode exit_code_of(const discovery::DirectoryError& error) {
  switch (error.kind) {
    case discovery::DirectoryErrorKind::options_unusable:
      return ExitCode::data;
    case discovery::DirectoryErrorKind::credentials_refused:
    case discovery::DirectoryErrorKind::kerberos_failed:
      return ExitCode::credentials;
    default:
      return ExitCode::unavailable;
  }
}

ExitCode exit_code_of(const store::StoreError& error) {
  using Kind = store::StoreError::Kind;
  const bool names_nothing = error.kind() == Kind::no_such_scan || error.kind() == Kind::no_such_ca;
  return names_nothing ? ExitCode::usage : ExitCode::file;
}

ExitCode exit_code_of(const evidence::EvidenceError& error) {
  switch (error.kind()) {
    case evidence::EvidenceError::Kind::unusable_identity:
    case evidence::EvidenceError::Kind::unfinished_scan:
    case evidence::EvidenceError::Kind::not_compared:
      return ExitCode::data;
    case evidence::EvidenceError::Kind::no_passphrase:
      return ExitCode::credentials;
    case evidence::EvidenceError::Kind::whom_to_trust:
    case evidence::EvidenceError::Kind::out_of_order:
      return ExitCode::usage;
    case evidence::EvidenceError::Kind::unreadable:
    case evidence::EvidenceError::Kind::wrong:
      break;
  }
  return ExitCode::file;
}

}  // namespace casweep::cli
