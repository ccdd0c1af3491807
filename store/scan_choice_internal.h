// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/instant.h"

namespace casweep::store {

/// The last complete scan before `scan`.
[[nodiscard]] std::optional<std::int64_t> select_complete_scan_before(SQLite::Database& database, std::int64_t scan);

/// The last complete scan of the same forest before `scan`.
[[nodiscard]] std::optional<std::int64_t> select_comparable_scan_before(SQLite::Database& database, std::int64_t scan);

/// The last complete scan that began at `instant` or before.
[[nodiscard]] std::optional<std::int64_t> select_complete_scan_at(SQLite::Database& database, base::Instant instant);

}  // namespace casweep::store
