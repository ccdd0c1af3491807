// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/instant.h"

namespace casweep::store {

/// How much of the history counts.
struct Horizon {
  base::Instant now{};                                 ///< what ends by then has ended
  std::int64_t last_scan = INT64_MAX;                  ///< scans after this one do not count
  base::Instant last_decision = base::Instant::max();  ///< nor do decisions after this
};

/// What the history held when `scan` began, and the scan itself; nullopt if there is no such scan.
[[nodiscard]] std::optional<Horizon> horizon_of_scan(SQLite::Database& database, std::int64_t scan);

/// What the history held at `then`.
[[nodiscard]] Horizon horizon_at(SQLite::Database& database, base::Instant then);

}  // namespace casweep::store
