// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "base/ascii_case.h"
#include "discovery/distinguished_name.h"
#include "history/events.h"
#include "store/presence_changes_internal.h"
#include "store/row_internal.h"
#include "store/scan_choice_internal.h"

namespace casweep::store {
namespace {

/// A CA as the last of one or more scans saw it.
struct Presence {
  base::ObjectGuid object_guid;
  history::CaIdentity identity{};
  std::string distinguished_name{};
  bool hidden = false;
};

using PresenceByCa = std::map<std::int64_t, Presence>;

class PresenceReader {
 public:
  explicit PresenceReader(SQLite::Database& database)
      : select_(database, R"(
            SELECT observation.ca_id, object_guid, common_name, display_name, dns_host_name, distinguished_name, reason
            FROM observation CROSS JOIN ca ON ca.id = observation.ca_id
                 CROSS JOIN ca_identity ON ca_identity.id = ca_identity_id LEFT JOIN reading ON reading.id = reading_id
            WHERE scan_id BETWEEN :first AND :last ORDER BY scan_id)") {}

  PresenceByCa read(std::int64_t first_scan, std::int64_t last_scan) {
    PresenceByCa present;
    select_.bind(":first", first_scan);
    select_.bind(":last", last_scan);
    while (select_.executeStep()) {
      const auto guid = base::ObjectGuid::from_string(text_in(select_, "object_guid"));
      if (!guid) throw Inconsistent("it holds an invalid objectGUID");
      Presence presence{.object_guid = *guid};
      presence.identity.common_name = text_in(select_, "common_name");
      presence.identity.display_name = text_in(select_, "display_name");
      presence.identity.dns_host_name = text_in(select_, "dns_host_name");
      presence.distinguished_name = text_in(select_, "distinguished_name");
      presence.hidden = text_in(select_, "reason") == word_of(assess::Reason::hidden_from_account);
      present.insert_or_assign(select_.getColumn(0).getInt64(), std::move(presence));
    }
    select_.reset();
    return present;
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

history::PresenceChange change_of(const Presence& ca, history::PresenceChange::Kind kind) {
  return {.kind = kind,
          .object_guid = ca.object_guid,
          .common_name = ca.identity.common_name,
          .display_name = ca.identity.display_name,
          .dns_host_name = ca.identity.dns_host_name};
}

void add_changes_of_description(std::vector<history::PresenceChange>& changes, const Presence& before,
                                const Presence& now) {
  const auto add = [&](history::PresenceChange::Kind kind, const std::string& from, const std::string& to) {
    changes.push_back(change_of(now, kind));
    changes.back().before = from;
    changes.back().after = to;
  };
  if (const auto change = history::name_change(before.identity, now.identity)) {
    add(history::PresenceChange::Kind::renamed, change->before, change->after);
  }
  const std::string& host = before.identity.dns_host_name;
  const std::string& host_now = now.identity.dns_host_name;
  if (!host.empty() && !host_now.empty() && !base::same_but_for_case(host, host_now)) {
    add(history::PresenceChange::Kind::moved, host, host_now);
  }
  if (!base::same_but_for_case(discovery::parent_of(before.distinguished_name),
                               discovery::parent_of(now.distinguished_name))) {
    add(history::PresenceChange::Kind::moved_container, before.distinguished_name, now.distinguished_name);
  }
}

}  // namespace

std::optional<history::PresenceChanges> select_presence_changes(SQLite::Database& database, std::int64_t scan,
                                                                std::int64_t last_scan) {
  const auto before_scan = select_comparable_scan_before(database, scan);
  if (!before_scan) return std::nullopt;
  history::PresenceChanges presence{.since = *before_scan};
  Row when(database, "SELECT started_at FROM scan WHERE id = :scan");
  when.bind(":scan", *before_scan);
  if (when.executeStep()) presence.since_at = instant_in(when, "started_at").value_or(base::Instant{});
  Row state(database, "SELECT 1 FROM scan WHERE id = :scan AND state = 'complete'");
  state.bind(":scan", scan);
  const bool complete = state.executeStep();

  PresenceReader reader(database);
  const auto before = reader.read(*before_scan, *before_scan);
  const auto known = reader.read(*before_scan, scan - 1);
  const auto now = reader.read(scan, last_scan);
  auto& changes = presence.changes;
  for (const auto& [ca, last] : known) {
    if (!complete || now.contains(ca)) continue;
    changes.push_back(change_of(last, history::PresenceChange::Kind::removed));
    changes.back().last_known = last_known_verdict(database, ca, scan);
  }
  for (const auto& [ca, found] : now) {
    const auto earlier = before.find(ca);
    if (found.hidden && (earlier == before.end() || !earlier->second.hidden)) {
      changes.push_back(change_of(found, history::PresenceChange::Kind::hidden));
      changes.back().last_known = last_known_verdict(database, ca, last_scan);
    }
    if (earlier == before.end()) {
      changes.push_back(change_of(found, history::PresenceChange::Kind::added));
    } else {
      add_changes_of_description(changes, earlier->second, found);
    }
  }
  std::ranges::stable_sort(changes, {}, [](const history::PresenceChange& change) {
    return std::tuple(change.kind, change.display_name.empty() ? change.common_name : change.display_name);
  });
  return presence;
}

}  // namespace casweep::store
