// SPDX-License-Identifier: GPL-3.0-or-later
#include <string>

#include "store/disposition_table_internal.h"
#include "store/foreign_text_internal.h"
#include "store/ledger_rows_internal.h"
#include "store/recorded_scans_internal.h"
#include "store/row_internal.h"

namespace casweep::store {

std::vector<history::Disposition> select_dispositions(SQLite::Database& database, std::optional<std::int64_t> ca) {
  // One of these lets a check pass, so it counts only as it was recorded.
  require_rows_in_ledger(database, "disposition");
  require_cas_of_dispositions(database);
  Row row(database, std::string(R"(
      SELECT object_guid, status, reason, approver, until_at, ticket, set_at, os_user
      FROM disposition JOIN ca ON ca.id = ca_id)") +
                        (ca ? " WHERE ca_id = :ca_id" : "") + " ORDER BY disposition.id");
  if (ca) row.bind(":ca_id", *ca);
  std::vector<history::Disposition> dispositions;
  while (row.executeStep()) {
    const auto guid = base::ObjectGuid::from_string(text_in(row, "object_guid"));
    if (!guid) throw Inconsistent("it holds an objectGUID that is none");
    dispositions.push_back({.object_guid = *guid,
                            .status = key_in(row, "status", history::status_of_word),
                            .reason = text_in(row, "reason"),
                            .approver = text_in(row, "approver"),
                            .until = instant_in(row, "until_at"),
                            .ticket = text_in(row, "ticket"),
                            .set_at = instant_in(row, "set_at").value_or(base::Instant{}),
                            .os_user = text_in(row, "os_user")});
  }
  return dispositions;
}

void insert_disposition(SQLite::Database& database, const history::Disposition& disposition) {
  Row insert(database, R"(
      INSERT INTO disposition (ca_id, status, reason, approver, until_at, ticket, set_at, os_user)
      SELECT id, :status, :reason, :approver, :until_at, :ticket, :set_at, :os_user
      FROM ca WHERE object_guid = :object_guid)");
  insert.bind(":object_guid", disposition.object_guid.to_string());
  insert.bind(":status", std::string(word_of(disposition.status)));
  bind_foreign_text(insert, ":reason", disposition.reason);
  bind_foreign_text(insert, ":approver", disposition.approver);
  if (disposition.until) insert.bind(":until_at", disposition.until->time_since_epoch().count());
  bind_foreign_text(insert, ":ticket", disposition.ticket);
  insert.bind(":set_at", disposition.set_at.time_since_epoch().count());
  bind_foreign_text(insert, ":os_user", disposition.os_user);
  insert.exec();
}

}  // namespace casweep::store
