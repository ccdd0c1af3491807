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

/// Not enforced, or hidden and not enforced when last known: taking away the right to read is no remedy.
bool counts_as_not_enforced(Verdict verdict, const history::CaSummary& ca) {
  if (verdict == Verdict::not_enforced) return true;
  return ca.hidden() && ca.known && ca.known->judged.verdict == Verdict::not_enforced;
}

/// What counts against a CA, which is `outcome`, as not enforced.
bool fails(Verdict verdict, const history::CaSummary& ca, const FailOn& fail_on) {
  if (fail_on.expired && has_expired_exception(ca)) return true;
  if (fail_on.regression && has_regressed(ca, fail_on)) return true;
  return fail_on.not_enforced && counts_as_not_enforced(verdict, ca) && !is_excepted(verdict, ca, fail_on);
}

/// An exception for a CA that is gone covers its removal as well.
bool removal_is_excepted(const history::CaSummary& ca, const FailOn& fail_on) {
  return !fail_on.strict && history::is_exception(ca.status);
}

bool removed_as_not_enforced(const history::CaSummary& ca, const FailOn& fail_on) {
  if (removal_is_excepted(ca, fail_on)) return false;
  const bool not_enforced = ca.known && ca.known->judged.verdict == Verdict::not_enforced;
  return fail_on.removed_ca || (fail_on.not_enforced && not_enforced);
}

bool removed_as_unknown(const history::CaSummary& ca, const FailOn& fail_on) {
  return !removal_is_excepted(ca, fail_on) && fail_on.unknown && ca.verdict() == Verdict::unknown;
}

bool has_change(const std::optional<history::PresenceChanges>& since, history::PresenceChange::Kind kind) {
  return since && std::ranges::find(since->changes, kind, &history::PresenceChange::kind) != since->changes.end();
}

}  // namespace

bool has_expired_exception(const history::CaSummary& ca) {
  return ca.decision() != nullptr && ca.status == history::Status::to_address &&
         history::is_exception(ca.decision()->status);
}

bool has_regressed(const history::CaSummary& ca, const FailOn& fail_on) {
  const bool excepted = !fail_on.strict && history::is_exception(ca.status);
  return ca.story.regressed && !excepted;
}

bool is_excepted(Verdict verdict, const history::CaSummary& ca, const FailOn& fail_on) {
  return !fail_on.strict && counts_as_not_enforced(verdict, ca) && history::is_exception(ca.status);
}

ExitCode exit_code_of(const history::ScanRecord& scan, const history::ForestStatus& forest,
                      std::span<const discovery::EnrollmentService> gone, const FailOn& fail_on) {
  if (scan.cas.empty() || scan.state == history::ScanState::failed) return ExitCode::unavailable;
  bool not_enforced = std::ranges::any_of(scan.cas, [&](const history::Observation& ca) {
    const auto found = std::ranges::find(forest.cas, ca.service.object_guid, &history::CaSummary::object_guid);
    if (found == forest.cas.end()) return fail_on.not_enforced && ca.judgement.verdict == Verdict::not_enforced;
    return fails(ca.judgement.verdict, *found, fail_on);
  });
  bool unknown = fail_on.unknown && (scan.count(Verdict::unknown) > 0 || !every_ca_was_read(scan));
  const auto count_removal = [&](const history::CaSummary& ca) {
    not_enforced = not_enforced || removed_as_not_enforced(ca, fail_on);
    unknown = unknown || removed_as_unknown(ca, fail_on);
  };
  for (const history::CaSummary& ca : forest.removed) {
    if (ca.removed->scan == scan.id) count_removal(ca);  // of the others an earlier scan has said so
  }
  // Only a complete scan records a removal: until then the history still lists the CA.
  for (const discovery::EnrollmentService& ca : gone) {
    const auto found = std::ranges::find(forest.cas, ca.object_guid, &history::CaSummary::object_guid);
    if (found != forest.cas.end()) count_removal(*found);
  }
  not_enforced = not_enforced || (fail_on.new_ca && has_change(scan.since, history::PresenceChange::Kind::added));
  unknown = unknown || (fail_on.hidden_ca && std::ranges::any_of(scan.cas, [](const history::Observation& ca) {
                          return ca.judgement.reason == assess::Reason::hidden_from_account;
                        }));
  return code_of(not_enforced, unknown);
}

ExitCode exit_code_of(const history::ForestStatus& forest, const FailOn& fail_on) {
  const bool removed = fail_on.removed_ca && std::ranges::any_of(forest.removed, [&](const history::CaSummary& ca) {
                         return !removal_is_excepted(ca, fail_on);
                       });
  const bool added = fail_on.new_ca && has_change(forest.since, history::PresenceChange::Kind::added);
  const bool hidden = fail_on.hidden_ca && std::ranges::any_of(forest.cas, &history::CaSummary::hidden);
  const bool not_enforced =
      std::ranges::any_of(forest.cas, [&](const history::CaSummary& ca) { return fails(ca.verdict(), ca, fail_on); });
  // Until a complete scan nobody knows which CAs there are.
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
