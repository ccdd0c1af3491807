// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json_fwd.hpp>

#include "base/octets.h"
#include "store/ledger_internal.h"

namespace casweep::store {

/// A table whose rows are made once and never change. The entry of the transaction that made a row binds it.
struct LedgerTable {
  std::string_view name;
  std::string_view select;  ///< what of a row is bound, its id first; the columns of a query that was released stay
  std::string_view place;   ///< finds scan_id and ca_id (or NULL) of the row :row, for a person to look at
  LedgerKind recorded_by = LedgerKind::scan_finished;  ///< the kind of entry that has its rows, and no other
};

/// A table that comes with a migration is a line more.
[[nodiscard]] std::span<const LedgerTable> ledger_tables();
[[nodiscard]] const LedgerTable& ledger_table(std::string_view name);

/// SHA-256 of the row that `row` stands on, of its types as well as its values; schema/0002_ledger.sql says how.
[[nodiscard]] base::Octets row_sha256(SQLite::Statement& row);

// A row's serialisation, value by value, as schema/store/0001_history.sql describes it.
void append_null(std::string& content);
void append_value(std::string& content, char type, std::string_view bytes);  ///< type: 'i', 't' or 'b'
void append_column(std::string& content, const SQLite::Column& value);

/// A select of ledger entries for checked_entry_in(); `which` is what follows FROM ledger.
[[nodiscard]] std::string checked_entries(std::string_view which);

/// The entry that `row`, a select that checked_entries() made, stands on. Throws Altered if its hash is not that of its
/// content, or if the entry after it does not follow it.
[[nodiscard]] history::LedgerEntry checked_entry_in(SQLite::Statement& row);

/// Throws Altered unless the rows of `table`, which entries of a kind of their own record, are those that the ledger
/// has, no more and no fewer. For tables with few rows.
void require_rows_in_ledger(SQLite::Database& database, std::string_view table);

/// The highest id in each of `ledger_tables()`.
using LastRows = std::map<std::string_view, std::int64_t>;
[[nodiscard]] LastRows last_rows(SQLite::Database& database);

/// The rows made since `before`: `{"ca": [[1, "9f86d0…"], …], …}`, only tables that have any.
[[nodiscard]] nlohmann::ordered_json rows_since(SQLite::Database& database, const LastRows& before);

}  // namespace casweep::store
