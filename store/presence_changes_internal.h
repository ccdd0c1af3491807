// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include <SQLiteCpp/SQLiteCpp.h>

#include "history/scan_record.h"

namespace casweep::store {

/// Which CAs `scan` and those after it until `last_scan` found, against the last complete scan of the same forest
/// before `scan`; nullopt if there is none, or `scan` has no listing. What is removed, only a complete `scan` says:
/// every CA that the history knew, also from scans in between that were not complete. Sees one moment of the history if
/// the caller holds a transaction.
[[nodiscard]] std::optional<history::PresenceChanges> select_presence_changes(SQLite::Database& database,
                                                                              std::int64_t scan,
                                                                              std::int64_t last_scan);

}  // namespace casweep::store
