// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <SQLiteCpp/SQLiteCpp.h>

#include "history/ca_summary.h"
#include "store/horizon_internal.h"
#include "store/recorded_scans_internal.h"

namespace casweep::store {

// Each of these sees one moment of the history.

/// Of one CA; nullopt if the history never saw it.
[[nodiscard]] std::optional<history::CaSummary> select_ca_status(SQLite::Database& database,
                                                                 const base::ObjectGuid& object_guid,
                                                                 base::Instant now);

/// The scans that it is about, from the last complete one on, are compared with the ledger first: throws Altered.
[[nodiscard]] history::ForestStatus select_forest_status(SQLite::Database& database, const Horizon& horizon,
                                                         RecordedScans& recorded);

}  // namespace casweep::store
