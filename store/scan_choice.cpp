// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/scan_choice_internal.h"

#include "store/row_internal.h"

namespace casweep::store {
namespace {

std::optional<std::int64_t> first_number(Row& row) {
  if (!row.executeStep()) return std::nullopt;
  return row.getColumn(0).getInt64();
}

}  // namespace

std::optional<std::int64_t> select_complete_scan_before(SQLite::Database& database, std::int64_t scan) {
  Row row(database, "SELECT id FROM scan WHERE state = 'complete' AND id < :scan ORDER BY id DESC LIMIT 1");
  row.bind(":scan", scan);
  return first_number(row);
}

std::optional<std::int64_t> select_comparable_scan_before(SQLite::Database& database, std::int64_t scan) {
  Row row(database, R"(
      SELECT id
      FROM listing AS own JOIN listing AS earlier ON earlier.scan_id < own.scan_id JOIN scan ON id = earlier.scan_id
      WHERE own.scan_id = :scan AND state = 'complete'
        AND iif(own.root_domain_guid IS NULL OR earlier.root_domain_guid IS NULL,
                earlier.forest IS own.forest,
                earlier.root_domain_guid = own.root_domain_guid AND earlier.root_domain_sid = own.root_domain_sid)
      ORDER BY id DESC LIMIT 1)");
  row.bind(":scan", scan);
  return first_number(row);
}

std::optional<std::int64_t> select_complete_scan_at(SQLite::Database& database, base::Instant instant) {
  Row row(database, "SELECT id FROM scan WHERE state = 'complete' AND started_at <= :at ORDER BY id DESC LIMIT 1");
  row.bind(":at", instant.time_since_epoch().count());
  return first_number(row);
}

}  // namespace casweep::store
