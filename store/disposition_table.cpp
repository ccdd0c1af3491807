// SPDX-License-Identifier: GPL-3.0-or-later
#include <string>
#include <utility>

#include "store/disposition_table_internal.h"
#include "store/foreign_text_internal.h"
#include "store/ledger_rows_internal.h"
#include "store/recorded_scans_internal.h"
#include "store/row_internal.h"

namespace casweep::store {

std::vector<history::Decision> select_decisions(SQLite::Database& database, std::optional<std::int64_t> ca) {
  // One of these lets a check pass, so it counts only as it was recorded.
  require_rows_in_ledger(database, "disposition");
  require_cas_of_decisions(database);
  Row row(database, std::string(R"(
      SELECT object_guid, status, reason, approver, until_at, ticket, set_at, os_user
      FROM disposition JOIN ca ON ca.id = ca_id)") +
                        (ca ? " WHERE ca_id = :ca_id" : "") + " ORDER BY disposition.id");
  if (ca) row.bind(":ca_id", *ca);
  std::vector<history::Decision> decisions;
  while (row.executeStep()) {
    const auto guid = base::ObjectGuid::from_string(text_in(row, "object_guid"));
    if (!guid) throw Inconsistent("it holds an invalid objectGUID");
    decisions.push_back({.object_guid = *guid,
                         .status = key_in(row, "status", history::status_of_word),
                         .reason = text_in(row, "reason"),
                         .approver = text_in(row, "approver"),
                         .until = instant_in(row, "until_at"),
                         .ticket = text_in(row, "ticket"),
                         .set_at = instant_in(row, "set_at").value_or(base::Instant{}),
                         .os_user = text_in(row, "os_user")});
  }
  return decisions;
}

DecisionsByCa select_decisions_by_ca(SQLite::Database& database, base::Instant last) {
  DecisionsByCa decisions;
  for (auto& decision : select_decisions(database)) {
    if (decision.set_at <= last) decisions[decision.object_guid].push_back(std::move(decision));
  }
  return decisions;
}

std::span<const history::Decision> decisions_about(const DecisionsByCa& decisions, const base::ObjectGuid& ca) {
  const auto found = decisions.find(ca);
  return found == decisions.end() ? std::span<const history::Decision>{} : found->second;
}

void insert_decision(SQLite::Database& database, const history::Decision& decision) {
  Row insert(database, R"(
      INSERT INTO disposition (ca_id, status, reason, approver, until_at, ticket, set_at, os_user)
      SELECT id, :status, :reason, :approver, :until_at, :ticket, :set_at, :os_user
      FROM ca WHERE object_guid = :object_guid)");
  insert.bind(":object_guid", decision.object_guid.to_string());
  insert.bind(":status", std::string(word_of(decision.status)));
  bind_foreign_text(insert, ":reason", decision.reason);
  bind_foreign_text(insert, ":approver", decision.approver);
  if (decision.until) insert.bind(":until_at", decision.until->time_since_epoch().count());
  bind_foreign_text(insert, ":ticket", decision.ticket);
  insert.bind(":set_at", decision.set_at.time_since_epoch().count());
  bind_foreign_text(insert, ":os_user", decision.os_user);
  insert.exec();
}

}  // namespace casweep::store
