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

/// A table whose rows never change. A row is bound by the ledger entry of the transaction that inserted it.
struct LedgerTable {
  std::string_view name;
  std::string_view select;  ///< the bound columns, its id first; those of a released version stay
  std::string_view place;   ///< finds scan_id and ca_id (or NULL) of the row :row, for messages
  LedgerKind recorded_by = LedgerKind::scan_finished;  ///< the only kind of entry that has its rows
};

/// A table that a migration adds needs an element here.
[[nodiscard]] std::span<const LedgerTable> ledger_tables();
[[nodiscard]] const LedgerTable& ledger_table(std::string_view name);

/// SHA-256 of the current row of `row`, of its types as well as its values, as schema/store/0001_history.sql describes.
[[nodiscard]] base::Octets row_sha256(SQLite::Statement& row);

// A row's serialisation, value by value, as schema/store/0001_history.sql describes it.
void append_null(std::string& content);
void append_value(std::string& content, char type, std::string_view bytes);  ///< type: 'i', 't' or 'b'
void append_column(std::string& content, const SQLite::Column& value);

/// A select of ledger entries for checked_entry_in(); `which` is what follows FROM ledger.
[[nodiscard]] std::string checked_entries(std::string_view which);

/// The entry in the current row of `row`, a select that checked_entries() made. Throws Altered if its hash is not that
/// of its content, or if the next entry does not follow it.
[[nodiscard]] history::LedgerEntry checked_entry_in(SQLite::Statement& row);

/// Throws Altered unless the rows of `table`, which has its own kind of ledger entry, are exactly those that the ledger
/// recorded. For tables with few rows.
void require_rows_in_ledger(SQLite::Database& database, std::string_view table);

/// The highest id in each of `ledger_tables()`.
using LastRows = std::map<std::string_view, std::int64_t>;
[[nodiscard]] LastRows last_rows(SQLite::Database& database);

/// The rows inserted since `before`: `{"ca": [[1, "9f86d0…"], …], …}`, without tables that have none.
[[nodiscard]] nlohmann::ordered_json rows_since(SQLite::Database& database, const LastRows& before);

}  // namespace casweep::store
