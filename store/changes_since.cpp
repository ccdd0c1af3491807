// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "base/ascii_case.h"
#include "discovery/distinguished_name.h"
#include "history/events.h"
#include "store/changes_since_internal.h"
#include "store/row_internal.h"
#include "store/scan_choice_internal.h"
#include "store/timeline_reader_internal.h"

namespace casweep::store {
namespace {

/// A CA as the last of one or more scans saw it.
struct LastSighting {
  base::ObjectGuid object_guid;
  history::CaIdentity identity{};
  std::string distinguished_name{};
  std::optional<history::VerdictWithReason> judged{};  ///< by the last of them that read it

  [[nodiscard]] bool hidden() const { return judged && history::is_hidden(*judged); }
  [[nodiscard]] bool known() const { return judged && judged->verdict != assess::Verdict::unknown; }
};

using SightingByCa = std::map<std::int64_t, LastSighting>;

class LastSightingReader {
 public:
  explicit LastSightingReader(SQLite::Database& database)
      : select_(database, R"(
            SELECT observation.ca_id, object_guid, common_name, display_name, dns_host_name, distinguished_name,
                   outcome, reason
            FROM observation CROSS JOIN ca ON ca.id = observation.ca_id
                 CROSS JOIN ca_identity ON ca_identity.id = ca_identity_id LEFT JOIN reading ON reading.id = reading_id
            WHERE scan_id BETWEEN :first AND :last ORDER BY scan_id)") {}

  SightingByCa read(std::int64_t first_scan, std::int64_t last_scan) {
    SightingByCa sightings;
    select_.bind(":first", first_scan);
    select_.bind(":last", last_scan);
    while (select_.executeStep()) {
      auto& sighting =
          sightings.try_emplace(select_.getColumn(0).getInt64(), LastSighting{.object_guid = object_guid_in(select_)})
              .first->second;
      sighting.identity.common_name = text_in(select_, "common_name");
      sighting.identity.display_name = text_in(select_, "display_name");
      sighting.identity.dns_host_name = text_in(select_, "dns_host_name");
      sighting.distinguished_name = text_in(select_, "distinguished_name");
      if (const auto judged = verdict_with_reason_in(select_)) sighting.judged = judged;
    }
    select_.reset();
    return sightings;
  }

 private:
  Row select_;
};

/// The last verdict that was not `unknown`, until the scan `last_scan`. There is no index of observations by CA, so
/// each scan on the way down is read.
std::optional<assess::Verdict> last_known_verdict(SQLite::Database& database, std::int64_t ca, std::int64_t last_scan) {
  Row row(database, R"(
      SELECT outcome
      FROM scan CROSS JOIN observation ON scan_id = scan.id AND ca_id = :ca_id
           CROSS JOIN reading ON reading.id = reading_id
      WHERE scan.id BETWEEN (SELECT min(scan_id) FROM ca_change WHERE ca_id = :ca_id) AND :last_scan
        AND outcome <> 'unknown'
      ORDER BY scan.id DESC LIMIT 1)");
  row.bind(":ca_id", ca);
  row.bind(":last_scan", last_scan);
  if (!row.executeStep()) return std::nullopt;
  return key_in(row, "outcome", assess::verdict_of_word);
}

history::CaChange change_of(const LastSighting& ca, history::CaChange::Kind kind) {
  return {.kind = kind,
          .object_guid = ca.object_guid,
          .common_name = ca.identity.common_name,
          .display_name = ca.identity.display_name,
          .dns_host_name = ca.identity.dns_host_name,
          .reason = ca.judged ? std::optional{ca.judged->reason} : std::nullopt};
}

void add_changes_of_description(std::vector<history::CaChange>& changes, const LastSighting& before,
                                const LastSighting& now) {
  const auto add = [&](history::CaChange::Kind kind, const std::string& from, const std::string& to) {
    changes.push_back(change_of(now, kind));
    changes.back().before = from;
    changes.back().after = to;
  };
  if (const auto change = history::name_change(before.identity, now.identity)) {
    add(history::CaChange::Kind::renamed, change->before, change->after);
  }
  const std::string& host = before.identity.dns_host_name;
  const std::string& host_now = now.identity.dns_host_name;
  if (!host.empty() && !host_now.empty() && !base::same_but_for_case(host, host_now)) {
    add(history::CaChange::Kind::moved, host, host_now);
  }
  if (!base::same_but_for_case(discovery::parent_of(before.distinguished_name),
                               discovery::parent_of(now.distinguished_name))) {
    add(history::CaChange::Kind::moved_container, before.distinguished_name, now.distinguished_name);
  }
}

history::CaChange change_of_verdict(const LastSighting& now, history::CaChange::Kind kind,
                                    std::optional<assess::Verdict> before) {
  auto change = change_of(now, kind);
  change.before = word_of(before.value_or(assess::Verdict::unknown));
  change.after = word_of(now.judged->verdict);
  return change;
}

/// From `known_before`, the last known verdict (nullopt: none), to the verdict `now`, which is not `unknown`; nullopt:
/// nothing changed.
std::optional<history::CaChange::Kind> kind_of_change(std::optional<assess::Verdict> known_before, assess::Verdict now,
                                                      bool was_unknown) {
  using Kind = history::CaChange::Kind;
  if (!known_before) return is_compliant(now) ? Kind::recovered : Kind::found_not_enforced;
  if (*known_before == now) return was_unknown ? std::optional{Kind::recovered} : std::nullopt;
  if (!is_compliant(now)) return Kind::regressed;
  return is_compliant(*known_before) ? Kind::verdict_changed : Kind::remediated;
}

/// Compares the verdicts of a CA that both the scan `before_scan` and the scans until `last_scan` read.
class VerdictComparison {
 public:
  VerdictComparison(SQLite::Database& database, std::int64_t before_scan, std::int64_t last_scan)
      : database_(database), before_scan_(before_scan), last_scan_(last_scan) {}

  /// `before` is of the scan `before_scan`, `latest` of the last scan before those that found `now`.
  std::optional<history::CaChange> compare(std::int64_t ca, const LastSighting& before, const LastSighting& latest,
                                           const LastSighting& now) {
    if (!before.judged || !now.judged || now.hidden()) return std::nullopt;
    if (!now.known()) {
      const LastSighting& known = before.known() ? before : latest;
      if (!known.known()) return std::nullopt;
      auto change = change_of_verdict(now, history::CaChange::Kind::became_unknown, known.judged->verdict);
      change.last_known = last_known_verdict(database_, ca, last_scan_);
      return change;
    }
    const auto known_before =
        before.known() ? std::optional{before.judged->verdict} : last_known_verdict(database_, ca, before_scan_);
    // It was fixed in between, and regressed again.
    if (known_before == now.judged->verdict && !is_compliant(now.judged->verdict) && latest.known() &&
        is_compliant(latest.judged->verdict)) {
      return change_of_verdict(now, history::CaChange::Kind::regressed, latest.judged->verdict);
    }
    const auto kind = kind_of_change(known_before, now.judged->verdict, !before.known());
    return kind ? std::optional{change_of_verdict(now, *kind, known_before)} : std::nullopt;
  }

 private:
  SQLite::Database& database_;
  std::int64_t before_scan_;
  std::int64_t last_scan_;
};

}  // namespace

std::optional<history::ChangesSince> select_changes_since(SQLite::Database& database, std::int64_t scan,
                                                          std::int64_t last_scan) {
  const auto before_scan = select_comparable_scan_before(database, scan);
  if (!before_scan) return std::nullopt;
  history::ChangesSince since{.since = *before_scan};
  Row when(database, "SELECT started_at FROM scan WHERE id = :scan");
  when.bind(":scan", *before_scan);
  if (when.executeStep()) since.since_at = instant_in(when, "started_at").value_or(base::Instant{});
  Row state(database, "SELECT 1 FROM scan WHERE id = :scan AND state = 'complete'");
  state.bind(":scan", scan);
  const bool complete = state.executeStep();

  LastSightingReader reader(database);
  VerdictComparison verdicts(database, *before_scan, last_scan);
  const auto before = reader.read(*before_scan, *before_scan);
  const auto known = reader.read(*before_scan, scan - 1);
  const auto now = reader.read(scan, last_scan);
  auto& changes = since.changes;
  for (const auto& [ca, last] : known) {
    if (!complete || now.contains(ca)) continue;
    changes.push_back(change_of(last, history::CaChange::Kind::removed));
    changes.back().last_known = last_known_verdict(database, ca, scan);
    changes.back().reason.reset();
  }
  for (const auto& [ca, found] : now) {
    const auto earlier = before.find(ca);
    if (found.hidden() && (earlier == before.end() || !earlier->second.hidden())) {
      changes.push_back(change_of(found, history::CaChange::Kind::hidden));
      changes.back().last_known = last_known_verdict(database, ca, last_scan);
    }
    if (earlier == before.end()) {
      changes.push_back(change_of(found, history::CaChange::Kind::added));
      if (found.judged) changes.back().after = word_of(found.judged->verdict);
    } else {
      if (auto change = verdicts.compare(ca, earlier->second, known.at(ca), found))
        changes.push_back(*std::move(change));
      add_changes_of_description(changes, earlier->second, found);
    }
  }
  std::ranges::stable_sort(changes, {}, [](const history::CaChange& change) {
    return std::tuple(change.kind, change.display_name.empty() ? change.common_name : change.display_name);
  });
  return since;
}

}  // namespace casweep::store
