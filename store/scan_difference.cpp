// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/scan_difference_internal.h"

#include <map>
#include <optional>
#include <utility>

#include "store/timeline_reader_internal.h"

namespace casweep::store {

std::vector<history::CaTimeline> select_difference(SQLite::Database& database, std::int64_t before,
                                                   std::int64_t after) {
  const SQLite::Transaction one_moment(database);
  IdentityReader identities(database);
  std::map<std::int64_t, history::ScanMoment> complete;
  Row scans(database,
            "SELECT id AS scan_id, started_at AS scan_started_at FROM scan WHERE id IN (:before, :after) "
            "AND state = 'complete'");
  scans.bind(":before", before);
  scans.bind(":after", after);
  while (scans.executeStep()) complete.emplace(moment_in(scans).scan, moment_in(scans));
  const auto missing_from = [&](std::int64_t scan) {
    const auto found = complete.find(scan);
    return found == complete.end() ? std::nullopt : std::optional{found->second};
  };

  Row row(database, R"(
      SELECT object_guid, scan_id, scan.started_at AS scan_started_at, ca_identity_id, outcome, reason
      FROM observation CROSS JOIN scan ON scan.id = scan_id CROSS JOIN ca ON ca.id = observation.ca_id
           LEFT JOIN reading ON reading.id = reading_id
      WHERE scan_id IN (:before, :after)
      ORDER BY scan_id = :after)");
  row.bind(":before", before);
  row.bind(":after", after);
  std::map<base::ObjectGuid, history::CaTimeline> timelines;
  while (row.executeStep()) {
    const auto guid = object_guid_in(row);
    auto& timeline = timelines.try_emplace(guid, history::CaTimeline{.object_guid = guid}).first->second;
    const auto scan = moment_in(row);
    const bool only_after = scan.scan == after && timeline.sightings.empty();
    timeline.sightings.push_back({.scan = scan,
                                  .missing = only_after ? missing_from(before) : std::nullopt,
                                  .identity = identities.select(row.getColumn("ca_identity_id").getInt64()),
                                  .judged = verdict_with_reason_in(row)});
  }
  std::vector<history::CaTimeline> difference;
  for (auto& [guid, timeline] : timelines) {
    if (timeline.sightings.back().scan.scan != after) timeline.missing = missing_from(after);
    difference.push_back(std::move(timeline));
  }
  return difference;
}

}  // namespace casweep::store
