// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/octets.h"

namespace casweep::store {

/// The content of a row by column: to insert it, or to compare it with a row that exists.
class RowContent {
 public:
  RowContent& text(std::string_view column, std::string_view text);          ///< TEXT, never NULL
  RowContent& word(std::string_view column, std::string_view word);          ///< TEXT; NULL if it is empty
  RowContent& foreign_text(std::string_view column, std::string_view text);  ///< as bind_foreign_text() binds it
  RowContent& number(std::string_view column, std::optional<std::int64_t> number);
  RowContent& octets(std::string_view column, std::optional<std::span<const std::uint8_t>> octets);
  /// Rows of another table that belong to this row, as its select shows them. They are not inserted with it.
  RowContent& related(std::string_view column, std::string_view text);

  struct Value {
    std::variant<std::monostate, std::int64_t, std::string, base::Octets> content{};
    bool is_related = false;
  };
  [[nodiscard]] const std::map<std::string_view, Value>& values() const { return values_; }

 private:
  RowContent& set(std::string_view column, Value value);
  std::map<std::string_view, Value> values_;
};

/// Inserts a row into a table; columns that `row` does not name are NULL.
void insert_row(SQLite::Database& database, std::string_view table, const RowContent& row);

/// Writes rows of one of ledger_tables(), which are found by a key.
class RowWriter {
 public:
  /// `key_column` is UNIQUE in `table`.
  RowWriter(SQLite::Database& database, std::string_view table, std::string_view key_column);

  /// SHA-256 of `row`; content_sha256() gives the same for what is stored.
  [[nodiscard]] base::Octets content_key(const RowContent& row) const;

  struct Row {
    std::int64_t id;
    bool is_new;
  };
  /// The row with the key of `row`, inserted if it does not exist. Throws Altered if another column of an existing row
  /// differs.
  Row find_or_insert(const RowContent& row);

 private:
  void require_same(std::int64_t id, const RowContent& row);
  void insert(const RowContent& row);

  SQLite::Database& database_;
  std::string table_;
  std::string key_column_;
  SQLite::Statement find_;
  SQLite::Statement select_;
  std::optional<SQLite::Statement> insert_;
};

/// SHA-256 of all columns in the select of one of ledger_tables(), except the id and this hash itself (content_sha256).
[[nodiscard]] base::Octets content_sha256(SQLite::Statement& row);

}  // namespace casweep::store
