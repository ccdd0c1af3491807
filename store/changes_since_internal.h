// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include <SQLiteCpp/SQLiteCpp.h>

#include "history/scan_record.h"

namespace casweep::store {

/// Compares the CAs and verdicts that `scan` and later scans until `last_scan` found with those of the last complete
/// scan of the same forest before `scan`; nullopt if there is none, or if `scan` has no listing. Only a complete `scan`
/// shows CAs as removed: all that the history knew, also from incomplete scans in between. Sees one moment of the
/// history if the caller holds a transaction.
[[nodiscard]] std::optional<history::ChangesSince> select_changes_since(SQLite::Database& database, std::int64_t scan,
                                                                        std::int64_t last_scan);

}  // namespace casweep::store
