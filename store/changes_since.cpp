// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/changes_since.h"

#include <string>

#include "history/events.h"
#include "store/changes_since_internal.h"
#include "store/row_internal.h"
#include "store/scan_choice_internal.h"
#include "store/timeline_reader_internal.h"

namespace casweep::store {
namespace {

using history::LastSighting;
using history::SightingByCa;

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

class LastSightingReader : public history::SightingSource {
 public:
  explicit LastSightingReader(SQLite::Database& database)
      : database_(database), select_(database, R"(
            SELECT observation.ca_id, object_guid, common_name, display_name, dns_host_name, distinguished_name,
                   outcome, reason
            FROM observation CROSS JOIN ca ON ca.id = observation.ca_id
                 CROSS JOIN ca_identity ON ca_identity.id = ca_identity_id LEFT JOIN reading ON reading.id = reading_id
            WHERE scan_id BETWEEN :first AND :last ORDER BY scan_id)") {}

  SightingByCa sightings(std::int64_t first_scan, std::int64_t last_scan) override {
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

  std::optional<assess::Verdict> last_known_verdict(std::int64_t ca, std::int64_t last_scan) override {
    return store::last_known_verdict(database_, ca, last_scan);
  }

 private:
  SQLite::Database& database_;
  Row select_;
};

}  // namespace

std::optional<history::ChangesSince> select_changes_since(SQLite::Database& database, std::int64_t scan,
                                                          std::int64_t last_scan) {
  const auto before_scan = select_comparable_scan_before(database, scan);
  if (!before_scan) return std::nullopt;
  history::ComparedScans scans{.before = *before_scan, .scan = scan, .last = last_scan};
  Row when(database, "SELECT started_at FROM scan WHERE id = :scan");
  when.bind(":scan", *before_scan);
  if (when.executeStep()) scans.before_at = instant_in(when, "started_at").value_or(base::Instant{});
  Row state(database, "SELECT 1 FROM scan WHERE id = :scan AND state = 'complete'");
  state.bind(":scan", scan);
  scans.complete = state.executeStep();
  LastSightingReader reader(database);
  return history::changes_since(scans, reader);
}

}  // namespace casweep::store
