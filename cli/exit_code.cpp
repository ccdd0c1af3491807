// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/exit_code.h"

#include <algorithm>

namespace casweep::cli {
namespace {

using assess::Verdict;

ExitCode code_of(bool not_enforced, bool unknown) {
  if (not_enforced) return unknown ? ExitCode::not_enforced_and_unknown : ExitCode::not_enforced;
  return unknown ? ExitCode::unknown : ExitCode::ok;
}

bool every_ca_was_read(const history::ScanRecord& scan) {
  return scan.state == history::ScanState::partial || scan.cas.size() >= scan.discovered;
}

/// Whether a CA with the verdict `verdict` makes the exit code that of CAs that do not enforce encryption.
bool fails(Verdict verdict, const history::CaSummary& ca, base::Instant now, const FailOn& fail_on) {
  if (fail_on.expired && exception_state(ca, now) == history::DecisionState::expired) return true;
  if (is_excepted(ca, now, fail_on)) return false;
  return (fail_on.regression && ca.story.regressed) || (fail_on.not_enforced && counts_as_not_enforced(verdict, ca));
}

// An exception for a CA covers its removal as well.
bool removed_as_not_enforced(const history::CaSummary& ca, base::Instant now, const FailOn& fail_on) {
  if (is_excepted(ca, now, fail_on)) return false;
  const bool not_enforced = ca.known && ca.known->judged.verdict == Verdict::not_enforced;
  return fail_on.removed_ca || (fail_on.not_enforced && not_enforced);
}

bool removed_as_unknown(const history::CaSummary& ca, base::Instant now, const FailOn& fail_on) {
  return !is_excepted(ca, now, fail_on) && fail_on.unknown && ca.verdict() == Verdict::unknown;
}

bool has_change(const std::optional<history::PresenceChanges>& since, history::PresenceChange::Kind kind) {
  return since && std::ranges::find(since->changes, kind, &history::PresenceChange::kind) != since->changes.end();
}

}  // namespace

bool is_excepted(const history::CaSummary& ca, base::Instant now, const FailOn& fail_on) {
  return !fail_on.strict && in_force(exception_state(ca, now));
}

ExitCode exit_code_of(const history::ScanRecord& scan, const history::ForestStatus& forest,
                      std::span<const discovery::EnrollmentService> gone, const FailOn& fail_on) {
  if (scan.cas.empty() || scan.state == history::ScanState::failed) return ExitCode::unavailable;
  bool not_enforced = std::ranges::any_of(scan.cas, [&](const history::Observation& ca) {
    const history::CaSummary* found = forest.find(ca.service.object_guid);
    if (found == nullptr) return fail_on.not_enforced && ca.judgement.verdict == Verdict::not_enforced;
    return fails(ca.judgement.verdict, *found, forest.now, fail_on);
  });
  bool unknown = fail_on.unknown && (scan.count(Verdict::unknown) > 0 || !every_ca_was_read(scan));
  const auto count_removal = [&](const history::CaSummary& ca) {
    not_enforced = not_enforced || removed_as_not_enforced(ca, forest.now, fail_on);
    unknown = unknown || removed_as_unknown(ca, forest.now, fail_on);
  };
  for (const history::CaSummary& ca : forest.removed) {
    if (ca.removed->scan == scan.id) count_removal(ca);  // an earlier scan counted the others
  }
  // Only a complete scan records a removal: until then the history still lists the CA.
  for (const discovery::EnrollmentService& ca : gone) {
    if (const history::CaSummary* found = forest.find(ca.object_guid)) count_removal(*found);
  }
  not_enforced = not_enforced || (fail_on.new_ca && has_change(scan.since, history::PresenceChange::Kind::added));
  unknown = unknown || (fail_on.hidden_ca && std::ranges::any_of(scan.cas, [](const history::Observation& ca) {
                          return ca.judgement.reason == assess::Reason::hidden_from_account;
                        }));
  return code_of(not_enforced, unknown);
}

ExitCode exit_code_of(const history::ForestStatus& forest, const FailOn& fail_on) {
  const bool removed = fail_on.removed_ca && std::ranges::any_of(forest.removed, [&](const history::CaSummary& ca) {
                         return !is_excepted(ca, forest.now, fail_on);
                       });
  const bool added = fail_on.new_ca && has_change(forest.since, history::PresenceChange::Kind::added);
  const bool hidden = fail_on.hidden_ca && std::ranges::any_of(forest.cas, &history::CaSummary::hidden);
  const bool not_enforced = std::ranges::any_of(
      forest.cas, [&](const history::CaSummary& ca) { return fails(ca.verdict(), ca, forest.now, fail_on); });
  // Which CAs there are is not known before the first complete scan.
  const bool unknown = fail_on.unknown && (!forest.scan || forest.count(Verdict::unknown) > 0);
  return code_of(removed || added || not_enforced, hidden || unknown);
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

ExitCode exit_code_of(const scan::ScanError& error) {
  switch (error.kind()) {
    case scan::ScanError::Kind::no_such_ca:
      return ExitCode::usage;
    case scan::ScanError::Kind::another_forest:
      return ExitCode::data;
  }
  return ExitCode::internal;
}

ExitCode exit_code_of(const logon::LogonError& error) {
  switch (error.kind) {
    case logon::LogonErrorKind::options_unusable:
      return ExitCode::data;
    case logon::LogonErrorKind::credentials_refused:
    case logon::LogonErrorKind::kerberos_failed:
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
