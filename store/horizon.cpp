// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/horizon_internal.h"

#include <string>

#include "store/ledger_internal.h"
#include "store/row_internal.h"

namespace casweep::store {

std::optional<Horizon> horizon_of_scan(SQLite::Database& database, std::int64_t scan) {
  // If the clock was set back, what the ledger had before the scan is later than its start. Decisions are numbered in
  // the order of the ledger.
  Row row(database, R"(
      WITH before AS (SELECT ifnull(min(seq), 0) AS seq FROM ledger_scan WHERE scan_id = :scan)
      SELECT max(at) AS then_at
      FROM (SELECT started_at AS at FROM scan WHERE id <= :scan
            UNION ALL SELECT finished_at FROM scan WHERE id < :scan
            UNION ALL SELECT set_at
              FROM (SELECT set_at, row_number() OVER (ORDER BY id) AS n FROM disposition)
              WHERE n <= (SELECT count(*) FROM ledger, before WHERE kind = :kind AND ledger.seq < before.seq))
      WHERE EXISTS (SELECT 1 FROM scan WHERE id = :scan))");
  row.bind(":scan", scan);
  row.bind(":kind", std::string(word_of(LedgerKind::decision)));
  if (!row.executeStep() || row.getColumn("then_at").isNull()) return std::nullopt;
  const auto then = instant_in(row, "then_at").value_or(base::Instant{});
  return Horizon{.now = then, .last_scan = scan, .last_decision = then};
}

Horizon horizon_at(SQLite::Database& database, base::Instant then) {
  Row row(database, "SELECT ifnull(max(id), 0) FROM scan WHERE started_at <= :then");
  row.bind(":then", then.time_since_epoch().count());
  row.executeStep();
  return Horizon{.now = then, .last_scan = row.getColumn(0).getInt64(), .last_decision = then};
}

}  // namespace casweep::store
