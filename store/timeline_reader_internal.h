// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "history/ca_summary.h"
#include "history/events.h"
#include "history/trend.h"

namespace casweep::store {

/// How far into the history is looked.
class RecordedScans;

struct Horizon {
  base::Instant now{};                                 ///< what ends by then has ended
  std::int64_t last_scan = INT64_MAX;                  ///< no scan after this one was made yet
  base::Instant last_decision = base::Instant::max();  ///< and nothing was decided after this
};

/// What the history held when `scan` began, and the scan itself; nullopt if there is no such scan.
[[nodiscard]] std::optional<Horizon> horizon_of_scan(SQLite::Database& database, std::int64_t scan);

/// Each of these sees one moment of the history.

/// Of one CA; nullopt if the history never saw it.
[[nodiscard]] std::optional<history::CaSummary> select_ca_status(SQLite::Database& database,
                                                                 const base::ObjectGuid& object_guid,
                                                                 base::Instant now);

/// The scans that it speaks of first, from the last complete one on, are compared with the ledger: throws Altered.
[[nodiscard]] history::ForestStatus select_forest_status(SQLite::Database& database, const Horizon& horizon,
                                                         RecordedScans& recorded);

/// Scans that began at `since` or later (nullopt: all), the `newest` of them (nullopt: all), oldest first.
[[nodiscard]] std::vector<history::ScanHeadline> select_headlines(SQLite::Database& database,
                                                                  std::optional<base::Instant> since,
                                                                  std::optional<std::size_t> newest);

[[nodiscard]] history::Trend select_trend(SQLite::Database& database, std::optional<base::Instant> since,
                                          const Horizon& horizon);

/// Every CA that one scan or the other listed, as a timeline of these two scans alone.
[[nodiscard]] std::vector<history::CaTimeline> select_difference(SQLite::Database& database, std::int64_t before,
                                                                 std::int64_t after);

/// The last complete scan that began before `scan`, or at `instant` or before.
[[nodiscard]] std::optional<std::int64_t> select_complete_scan_before(SQLite::Database& database, std::int64_t scan);
[[nodiscard]] std::optional<std::int64_t> select_comparable_scan_before(SQLite::Database& database, std::int64_t scan);
[[nodiscard]] std::optional<std::int64_t> select_complete_scan_at(SQLite::Database& database, base::Instant instant);

}  // namespace casweep::store
