// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>

#include "history/scan_record.h"

namespace casweep::store {

/// Inserts the row of a scan that begins.
[[nodiscard]] std::int64_t insert_scan(SQLite::Database& database, const history::RunContext& start,
                                       const history::ScanSettings& settings);

void insert_listing(SQLite::Database& database, std::int64_t scan, const history::ScanListing& listing,
                    std::size_t discovered);

/// One observation for each CA that was read, and one without a reading for each that was only listed.
void insert_observations(SQLite::Database& database, std::int64_t scan,
                         std::span<const discovery::EnrollmentService> listed,
                         std::span<const history::Observation> cas);

[[nodiscard]] bool is_running(SQLite::Database& database, std::int64_t scan);

/// Ends a scan. Its row does not change any more.
void end_scan(SQLite::Database& database, std::int64_t scan, history::ScanState state, base::Instant finished_at,
              std::string_view failure);

/// Ends the scans of processes that died, with their entries in the ledger. The caller holds the scan lock, so none of
/// these processes is alive.
void interrupt_running_scans(SQLite::Database& database, base::Instant now);

}  // namespace casweep::store
