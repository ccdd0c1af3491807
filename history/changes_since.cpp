// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/changes_since.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/ascii_case.h"
#include "discovery/distinguished_name.h"

namespace casweep::history {
namespace {

CaChange change_of(const LastSighting& ca, CaChange::Kind kind) {
  return {.kind = kind,
          .object_guid = ca.object_guid,
          .common_name = ca.identity.common_name,
          .display_name = ca.identity.display_name,
          .dns_host_name = ca.identity.dns_host_name,
          .reason = ca.judged ? std::optional{ca.judged->reason} : std::nullopt};
}

void add_changes_of_description(std::vector<CaChange>& changes, const LastSighting& before, const LastSighting& now) {
  const auto add = [&](CaChange::Kind kind, const std::string& from, const std::string& to) {
    changes.push_back(change_of(now, kind));
    changes.back().before = from;
    changes.back().after = to;
  };
  if (const auto change = name_change(before.identity, now.identity)) {
    add(CaChange::Kind::renamed, change->before, change->after);
  }
  const std::string& host = before.identity.dns_host_name;
  const std::string& host_now = now.identity.dns_host_name;
  if (!host.empty() && !host_now.empty() && !base::same_but_for_case(host, host_now)) {
    add(CaChange::Kind::moved, host, host_now);
  }
  if (!base::same_but_for_case(discovery::parent_of(before.distinguished_name),
                               discovery::parent_of(now.distinguished_name))) {
    add(CaChange::Kind::moved_container, before.distinguished_name, now.distinguished_name);
  }
}

CaChange change_of_verdict(const LastSighting& now, CaChange::Kind kind, std::optional<assess::Verdict> before) {
  auto change = change_of(now, kind);
  change.before = word_of(before.value_or(assess::Verdict::unknown));
  change.after = word_of(now.judged->verdict);
  return change;
}

/// From `known_before`, the last known verdict (nullopt: none), to the verdict `now`, which is not `unknown`; nullopt:
/// nothing changed.
std::optional<CaChange::Kind> kind_of_change(std::optional<assess::Verdict> known_before, assess::Verdict now,
                                             bool was_unknown) {
  using Kind = CaChange::Kind;
  if (!known_before) return is_compliant(now) ? Kind::recovered : Kind::found_not_enforced;
  if (*known_before == now) return was_unknown ? std::optional{Kind::recovered} : std::nullopt;
  if (!is_compliant(now)) return Kind::regressed;
  return is_compliant(*known_before) ? Kind::verdict_changed : Kind::remediated;
}

/// Compares the verdicts of a CA that both the scan `before_scan` and the scans until `last_scan` read.
class VerdictComparison {
 public:
  VerdictComparison(SightingSource& source, std::int64_t before_scan, std::int64_t last_scan)
      : source_(source), before_scan_(before_scan), last_scan_(last_scan) {}

  /// `before` is of the scan `before_scan`, `latest` of the last scan before those that found `now`.
  std::optional<CaChange> compare(std::int64_t ca, const LastSighting& before, const LastSighting& latest,
                                  const LastSighting& now) {
    if (!before.judged || !now.judged || now.hidden()) return std::nullopt;
    if (!now.known()) {
      const LastSighting& known = before.known() ? before : latest;
      if (!known.known()) return std::nullopt;
      auto change = change_of_verdict(now, CaChange::Kind::became_unknown, known.judged->verdict);
      change.last_known = source_.last_known_verdict(ca, last_scan_);
      return change;
    }
    const auto known_before =
        before.known() ? std::optional{before.judged->verdict} : source_.last_known_verdict(ca, before_scan_);
    // It was fixed in between, and regressed again.
    if (known_before == now.judged->verdict && !is_compliant(now.judged->verdict) && latest.known() &&
        is_compliant(latest.judged->verdict)) {
      return change_of_verdict(now, CaChange::Kind::regressed, latest.judged->verdict);
    }
    const auto kind = kind_of_change(known_before, now.judged->verdict, !before.known());
    return kind ? std::optional{change_of_verdict(now, *kind, known_before)} : std::nullopt;
  }

 private:
  SightingSource& source_;
  std::int64_t before_scan_;
  std::int64_t last_scan_;
};

}  // namespace

ChangesSince changes_since(const ComparedScans& scans, SightingSource& source) {
  ChangesSince since{.since = scans.before, .since_at = scans.before_at};
  VerdictComparison verdicts(source, scans.before, scans.last);
  const auto before = source.sightings(scans.before, scans.before);
  const auto known = source.sightings(scans.before, scans.scan - 1);
  const auto now = source.sightings(scans.scan, scans.last);
  auto& changes = since.changes;
  for (const auto& [ca, last] : known) {
    if (!scans.complete || now.contains(ca)) continue;
    changes.push_back(change_of(last, CaChange::Kind::removed));
    changes.back().last_known = source.last_known_verdict(ca, scans.scan);
    changes.back().reason.reset();
  }
  for (const auto& [ca, found] : now) {
    const auto earlier = before.find(ca);
    if (found.hidden() && (earlier == before.end() || !earlier->second.hidden())) {
      changes.push_back(change_of(found, CaChange::Kind::hidden));
      changes.back().last_known = source.last_known_verdict(ca, scans.last);
    }
    if (earlier == before.end()) {
      changes.push_back(change_of(found, CaChange::Kind::added));
      if (found.judged) changes.back().after = word_of(found.judged->verdict);
    } else {
      if (auto change = verdicts.compare(ca, earlier->second, known.at(ca), found))
        changes.push_back(*std::move(change));
      add_changes_of_description(changes, earlier->second, found);
    }
  }
  std::ranges::stable_sort(changes, {}, [](const CaChange& change) {
    return std::tuple(change.kind, change.display_name.empty() ? change.common_name : change.display_name);
  });
  return since;
}

}  // namespace casweep::history
