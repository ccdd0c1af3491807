// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "history/events.h"

namespace casweep::store {

/// Every CA that one scan or the other listed, as a timeline of these two scans only. Sees one moment of the history.
[[nodiscard]] std::vector<history::CaTimeline> select_difference(SQLite::Database& database, std::int64_t before,
                                                                 std::int64_t after);

}  // namespace casweep::store
