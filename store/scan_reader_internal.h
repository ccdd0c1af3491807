// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "history/ca_name.h"
#include "history/scan_record.h"
#include "store/history.h"

namespace casweep::store {

/// The database holds something that casweep never writes: another program wrote it, or the disk is damaged.
struct Inconsistent : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The history does not return what casweep wrote. `what()` says where and what.
struct Altered : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class RecordedScans;

/// With `recorded`, the scans are compared with the ledger first: throws Altered. Each of these sees one moment of the
/// history. `running` is what the rows say: they do not show whether that process still lives.
[[nodiscard]] std::optional<history::ScanRecord> select_scan(SQLite::Database& database, std::int64_t scan,
                                                             RecordedScans& recorded);
[[nodiscard]] std::optional<history::ScanRecord> select_scan_in_transaction(SQLite::Database& database,
                                                                            std::int64_t scan);
[[nodiscard]] std::optional<base::Instant> select_last_end(SQLite::Database& database);
[[nodiscard]] std::optional<base::Instant> select_newest_moment(SQLite::Database& database);

/// The latest moment of a scan; nullopt: there is none.
[[nodiscard]] std::optional<base::Instant> select_newest_scan_moment(SQLite::Database& database);
[[nodiscard]] History::Forest select_forest(SQLite::Database& database);

/// See History::contents().
[[nodiscard]] History::Contents select_contents(SQLite::Database& database);
[[nodiscard]] std::vector<discovery::EnrollmentService> select_known_cas(SQLite::Database& database,
                                                                         RecordedScans& recorded);
[[nodiscard]] std::optional<std::int64_t> select_last_scan(SQLite::Database& database, RecordedScans& recorded);
[[nodiscard]] std::vector<History::PastObservation> select_observations_at_changes(SQLite::Database& database,
                                                                                   const base::ObjectGuid& object_guid);
[[nodiscard]] std::vector<history::CaNames> select_ca_names(SQLite::Database& database);
[[nodiscard]] std::vector<History::PastObservation> select_cas_named(SQLite::Database& database, std::string_view name);

}  // namespace casweep::store
