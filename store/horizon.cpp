// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/horizon_internal.h"
#include "store/row_internal.h"

namespace casweep::store {

std::optional<Horizon> horizon_of_scan(SQLite::Database& database, std::int64_t scan) {
  Row row(database, "SELECT started_at FROM scan WHERE id = :scan");
  row.bind(":scan", scan);
  if (!row.executeStep()) return std::nullopt;
  const auto then = instant_in(row, "started_at").value_or(base::Instant{});
  return Horizon{.now = then, .last_scan = scan, .last_decision = then};
}

Horizon horizon_at(SQLite::Database& database, base::Instant then) {
  Row row(database, "SELECT ifnull(max(id), 0) FROM scan WHERE started_at <= :then");
  row.bind(":then", then.time_since_epoch().count());
  row.executeStep();
  return Horizon{.now = then, .last_scan = row.getColumn(0).getInt64(), .last_decision = then};
}

}  // namespace casweep::store
