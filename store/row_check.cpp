// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/row_check_internal.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/octets.h"
#include "base/sha256.h"
#include "store/ledger_rows_internal.h"
#include "store/row_internal.h"
#include "store/row_writer_internal.h"

namespace casweep::store {
namespace {

std::optional<int> column_named(Row& row, std::string_view name) {
  for (int column = 0; column < row.getColumnCount(); ++column) {
    if (row.getColumnName(column) == name) return column;
  }
  return std::nullopt;
}

/// A row that is found by the hash of its content has to have that hash.
void check_content(const LedgerTable& table, std::int64_t id, Row& row, DamageList& damages) {
  const bool is_of_row = column_named(row, "content_sha256").has_value();
  const auto hash = is_of_row ? column_named(row, "content_sha256") : column_named(row, "sha256");
  const auto der = column_named(row, "der");
  if (!hash || !(is_of_row || der)) return;
  const auto expected = is_of_row ? content_sha256(row) : base::sha256(octets_in(row, *der));
  if (octets_in(row, *hash) != expected) {
    damages.add_row(table.name, id, "does not match the hash of its content");
  }
}

void check_table(SQLite::Database& database, const LedgerTable& table, RecordedHistory::RowsById recorded,
                 DamageList& damages) {
  Row row(database, fmt::format("{} ORDER BY id", table.select));
  while (row.executeStep()) {
    const auto id = row.getColumn(0).getInt64();
    check_content(table, id, row, damages);
    const auto found = recorded.find(id);
    if (found == recorded.end()) {
      damages.add_row(table.name, id, "is in no ledger entry: it was inserted");
      continue;
    }
    if (base::to_hex(row_sha256(row)) != found->second.sha256) {
      damages.add_row(table.name, id,
                      fmt::format("was changed: it is not what ledger entry {} recorded", found->second.seq));
    }
    recorded.erase(found);
  }
  for (const auto& [id, missing] : recorded) {
    damages.add_row(table.name, id, fmt::format("was deleted: ledger entry {} recorded it", missing.seq));
  }
}

}  // namespace

void check_rows(SQLite::Database& database, const RecordedHistory& recorded, DamageList& damages) {
  for (const auto& table : ledger_tables()) check_table(database, table, recorded.rows_of(table.name), damages);
}

}  // namespace casweep::store
