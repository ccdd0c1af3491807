// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "history/trend.h"
#include "store/horizon_internal.h"
#include "store/recorded_scans_internal.h"

namespace casweep::store {

// Each of these sees one moment of the history.

/// Scans that began at `since` or later (nullopt: all), the `newest` of them (nullopt: all), oldest first.
[[nodiscard]] std::vector<history::ScanHeadline> select_headlines(SQLite::Database& database,
                                                                  std::optional<base::Instant> since,
                                                                  std::optional<std::size_t> newest);

/// Throws Altered if the newest scans within `horizon` are not what the ledger recorded, or their totals are not
/// theirs.
[[nodiscard]] history::Trend select_trend(SQLite::Database& database, std::optional<base::Instant> since,
                                          const Horizon& horizon, RecordedScans& recorded);

}  // namespace casweep::store
