// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/exit_code.h"

#include <algorithm>
#include <tuple>
#include <variant>

namespace casweep::cli {
namespace {

using assess::Verdict;

bool every_ca_was_read(const history::ScanRecord& scan) {
  return scan.state == history::ScanState::partial || scan.cas.size() >= scan.discovered;
}

/// What the CAs that were looked at contribute to the exit code.
struct Findings {
  bool not_enforced = false;
  bool unknown = false;

  [[nodiscard]] ExitCode code() const {
    if (not_enforced) return unknown ? ExitCode::not_enforced_and_unknown : ExitCode::not_enforced;
    return unknown ? ExitCode::unknown : ExitCode::ok;
  }
};

using Since = std::optional<history::ChangesSince>;

/// Whether the previous complete scan did not know that the CA does not enforce encryption.
bool is_newly_not_enforced(Verdict verdict, const history::CaSummary& ca, const Since& since) {
  if (!since) return counts_as_not_enforced(verdict, ca);
  const bool added = std::ranges::any_of(since->changes, [&](const history::CaChange& change) {
    return change.object_guid == ca.object_guid && change.kind == history::CaChange::Kind::added;
  });
  if (added && counts_as_not_enforced(verdict, ca)) return true;
  const auto& episodes = ca.story.episodes;
  return !episodes.empty() && !episodes.back().closed && episodes.back().opened.scan > since->since;
}

bool is_newly_unknown(const history::CaStory& story, const Since& since) {
  return story.known && story.unknown_since && story.unknown_since->scan > (since ? since->since : 0);
}

/// Adds the CA, whose newest verdict is `verdict`.
void count_ca(Findings& findings, Verdict verdict, const history::CaSummary& ca, base::Instant now, const Since& since,
              const FailOn& fail_on) {
  if (fail_on.expired && exception_state(ca, now) == history::DecisionState::expired) findings.not_enforced = true;
  const bool excepted = is_excepted(ca, now, fail_on);
  if (fail_on.hidden_ca && ca.hidden() && !(excepted && covers_hiding(ca))) findings.unknown = true;
  if (excepted) return;
  if ((fail_on.regression && ca.story.regressed) || (fail_on.not_enforced && counts_as_not_enforced(verdict, ca)) ||
      (fail_on.new_not_enforced && is_newly_not_enforced(verdict, ca, since))) {
    findings.not_enforced = true;
  }
  if ((fail_on.unknown && verdict == Verdict::unknown) ||
      (fail_on.became_unknown && is_newly_unknown(ca.story, since))) {
    findings.unknown = true;
  }
}

/// Adds a removed CA. An exception for it covers its removal as well.
void count_removal(Findings& findings, const history::CaSummary& ca, base::Instant now, const FailOn& fail_on) {
  if (is_excepted(ca, now, fail_on)) return;
  const bool not_enforced = ca.known && ca.known->judged.verdict == Verdict::not_enforced;
  if (fail_on.removed_ca || (fail_on.not_enforced && not_enforced)) findings.not_enforced = true;
  if (fail_on.unknown && ca.verdict() == Verdict::unknown) findings.unknown = true;
}

bool has_change(const Since& since, history::CaChange::Kind kind) {
  return since && std::ranges::find(since->changes, kind, &history::CaChange::kind) != since->changes.end();
}

ExitCode code_of(discovery::DirectoryErrorKind kind) {
  switch (kind) {
    case discovery::DirectoryErrorKind::options_unusable:
      return ExitCode::data;
    case discovery::DirectoryErrorKind::credentials_refused:
    case discovery::DirectoryErrorKind::kerberos_failed:
      return ExitCode::credentials;
    default:
      return ExitCode::unavailable;
  }
}

ExitCode code_of(logon::LogonErrorKind kind) {
  switch (kind) {
    case logon::LogonErrorKind::options_unusable:
      return ExitCode::data;
    case logon::LogonErrorKind::credentials_refused:
    case logon::LogonErrorKind::service_unknown:
    case logon::LogonErrorKind::kerberos_failed:
      return ExitCode::credentials;
    default:
      return ExitCode::unavailable;
  }
}

ExitCode code_of(scan::ScanError::Kind kind) {
  switch (kind) {
    case scan::ScanError::Kind::no_such_ca:
      return ExitCode::usage;
    case scan::ScanError::Kind::another_forest:
      return ExitCode::data;
  }
  return ExitCode::internal;
}

ExitCode code_of(store::StoreError::Kind kind) {
  using Kind = store::StoreError::Kind;
  const bool names_nothing = kind == Kind::no_such_scan || kind == Kind::no_such_ca;
  return names_nothing ? ExitCode::usage : ExitCode::file;
}

ExitCode code_of(doctor::NoClientLibrary /*cause*/) { return ExitCode::unavailable; }

/// A CA that cannot be read is unknown.
ExitCode code_of(assess::Reason /*cause*/) { return ExitCode::unknown; }

}  // namespace

bool is_excepted(const history::CaSummary& ca, base::Instant now, const FailOn& fail_on) {
  return !fail_on.strict && in_force(exception_state(ca, now));
}

ExitCode exit_code_of(const history::ScanRecord& scan, const history::ForestStatus& forest,
                      std::span<const discovery::EnrollmentService> gone, const FailOn& fail_on) {
  if (scan.cas.empty() || scan.state == history::ScanState::failed) return ExitCode::unavailable;
  Findings findings{.unknown = fail_on.unknown && !every_ca_was_read(scan)};
  for (const history::Observation& ca : scan.cas) {
    const auto& [verdict, reason] = std::tie(ca.judgement.verdict, ca.judgement.reason);
    if (const history::CaSummary* found = forest.find(ca.service.object_guid)) {
      count_ca(findings, verdict, *found, forest.now, scan.since, fail_on);
    } else {
      const history::CaSummary unrecorded{.object_guid = ca.service.object_guid,
                                          .last = history::Answer{.judged = {verdict, reason}}};
      count_ca(findings, verdict, unrecorded, forest.now, scan.since, fail_on);
    }
  }
  for (const history::CaSummary& ca : forest.removed) {
    if (ca.removed->scan == scan.id) count_removal(findings, ca, forest.now, fail_on);  // earlier scans counted others
  }
  // Only a complete scan records a removal: until then the history still lists the CA.
  for (const discovery::EnrollmentService& ca : gone) {
    if (const history::CaSummary* found = forest.find(ca.object_guid)) {
      count_removal(findings, *found, forest.now, fail_on);
    }
  }
  if (fail_on.new_ca && has_change(scan.since, history::CaChange::Kind::added)) findings.not_enforced = true;
  return findings.code();
}

ExitCode exit_code_of(const history::ForestStatus& forest, const FailOn& fail_on) {
  // Which CAs there are is not known before the first complete scan.
  Findings findings{.unknown = fail_on.unknown && !forest.scan};
  for (const history::CaSummary& ca : forest.cas) {
    count_ca(findings, ca.verdict(), ca, forest.now, forest.since, fail_on);
  }
  findings.not_enforced |= fail_on.removed_ca && std::ranges::any_of(forest.removed, [&](const history::CaSummary& ca) {
                             return !is_excepted(ca, forest.now, fail_on);
                           });
  findings.not_enforced |= fail_on.new_ca && has_change(forest.since, history::CaChange::Kind::added);
  return findings.code();
}

ExitCode exit_code_of(const history::FleetStatus& fleet, const FailOn& fail_on) {
  Findings findings{.unknown = fail_on.unknown && !fleet.is_verified()};
  for (const history::FleetCa& place : fleet.cas) {
    const history::CaSummary& ca = fleet.ca(place.counts);
    const history::ForestStatus& forest = fleet.sites[place.counts.site].forest;
    count_ca(findings, ca.verdict(), ca, forest.now, forest.since, fail_on);
  }
  for (const history::SiteRecord& site : fleet.sites) {
    if (site.revoked_at) continue;  // what changed there is of the past
    for (const history::CaSummary& ca : site.forest.removed) {
      const bool listed_elsewhere = std::ranges::any_of(fleet.cas, [&](const history::FleetCa& place) {
        return fleet.ca(place.counts).object_guid == ca.object_guid;
      });
      if (fail_on.removed_ca && !listed_elsewhere && !is_excepted(ca, site.forest.now, fail_on)) {
        findings.not_enforced = true;
      }
    }
    if (fail_on.new_ca && has_change(site.forest.since, history::CaChange::Kind::added)) findings.not_enforced = true;
  }
  return findings.code();
}

ExitCode exit_code_of(const discovery::DirectoryError& error) { return code_of(error.kind); }

ExitCode exit_code_of(const scan::ScanError& error) { return code_of(error.kind()); }

ExitCode exit_code_of(const logon::LogonError& error) { return code_of(error.kind); }

ExitCode exit_code_of(const store::StoreError& error) { return code_of(error.kind()); }

ExitCode exit_code_of(const hub::HubError& error) {
  using Kind = hub::HubError::Kind;
  switch (error.kind()) {
    case Kind::conninfo:
      return ExitCode::usage;
    case Kind::unreachable:
    case Kind::certificate:
    case Kind::busy:
    case Kind::interrupted:
      return ExitCode::unavailable;
    case Kind::credentials:
    case Kind::not_enrolled:
      return ExitCode::credentials;
    default:
      return ExitCode::file;
  }
}

ExitCode exit_code_of(const doctor::Checkup& checkup) {
  const doctor::Step* const failed = first_failure(checkup.steps);
  if (failed == nullptr) return ExitCode::ok;
  if (!failed->finding.cause) return ExitCode::internal;
  return std::visit([](auto cause) { return code_of(cause); }, *failed->finding.cause);
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
