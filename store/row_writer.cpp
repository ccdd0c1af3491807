// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <type_traits>
#include <utility>

#include "base/sha256.h"
#include "store/foreign_text_internal.h"
#include "store/ledger_rows_internal.h"
#include "store/row_writer_internal.h"
#include "store/scan_reader_internal.h"

namespace casweep::store {
namespace {

constexpr std::string_view id_column = "id";
constexpr std::string_view hash_column = "content_sha256";

std::string_view bytes_of(const base::Octets& octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

/// As append_column() serialises what is stored.
std::string serialised(const RowContent::Value& value) {
  std::string content;
  std::visit(
      [&]<typename Held>(const Held& held) {
        if constexpr (std::is_same_v<Held, std::monostate>) {
          append_null(content);
        } else if constexpr (std::is_same_v<Held, std::int64_t>) {
          append_value(content, 'i', std::to_string(held));
        } else if constexpr (std::is_same_v<Held, std::string>) {
          append_value(content, 't', held);
        } else {
          append_value(content, 'b', bytes_of(held));
        }
      },
      value.content);
  return content;
}

void bind_value(SQLite::Statement& statement, int parameter, const RowContent::Value& value) {
  static constexpr std::uint8_t none = 0;  // a null pointer would bind NULL, not an empty BLOB
  std::visit(
      [&]<typename Held>(const Held& held) {
        if constexpr (std::is_same_v<Held, std::monostate>) {
          statement.bind(parameter);
        } else if constexpr (std::is_same_v<Held, base::Octets>) {
          statement.bind(parameter, static_cast<const void*>(held.empty() ? &none : held.data()),
                         static_cast<int>(held.size()));
        } else {
          statement.bind(parameter, held);
        }
      },
      value.content);
}

std::string insert_of(std::string_view table, const RowContent& row) {
  std::string columns;
  std::string parameters;
  for (const auto& [column, value] : row.values()) {
    if (value.is_related) continue;
    columns += (columns.empty() ? "" : ", ") + std::string(column);
    parameters += parameters.empty() ? "?" : ", ?";
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, columns, parameters);
}

void bind_row(SQLite::Statement& insert, const RowContent& row) {
  int parameter = 0;
  for (const auto& [column, value] : row.values()) {
    if (!value.is_related) bind_value(insert, ++parameter, value);
  }
}

}  // namespace

RowContent& RowContent::set(std::string_view column, Value value) {
  values_[column] = std::move(value);
  return *this;
}

RowContent& RowContent::text(std::string_view column, std::string_view text) {
  return set(column, {.content = std::string(text)});
}

RowContent& RowContent::word(std::string_view column, std::string_view word) {
  return word.empty() ? set(column, {}) : text(column, word);
}

RowContent& RowContent::foreign_text(std::string_view column, std::string_view text) {
  if (text.empty()) return set(column, {});
  if (is_storable_text(text)) return this->text(column, text);
  return set(column, {.content = base::Octets(text.begin(), text.end())});
}

RowContent& RowContent::number(std::string_view column, std::optional<std::int64_t> number) {
  return number ? set(column, {.content = *number}) : set(column, {});
}

RowContent& RowContent::octets(std::string_view column, std::optional<std::span<const std::uint8_t>> octets) {
  return octets ? set(column, {.content = base::Octets(octets->begin(), octets->end())}) : set(column, {});
}

RowContent& RowContent::related(std::string_view column, std::string_view text) {
  word(column, text);
  values_[column].is_related = true;
  return *this;
}

RowWriter::RowWriter(SQLite::Database& database, std::string_view table, std::string_view key_column)
    : database_(database),
      table_(table),
      key_column_(key_column),
      find_(database, fmt::format("SELECT id FROM {} WHERE {} = ?", table, key_column)),
      // By its number: what is compared comes from the table, not from the index that has the key.
      select_(database, fmt::format("{} WHERE id = ?", ledger_table(table).select)) {}

base::Octets RowWriter::content_key(const RowContent& row) const {
  std::string content;
  for (int column = 0; column < select_.getColumnCount(); ++column) {
    const std::string_view name = select_.getColumnName(column);
    if (name != id_column && name != hash_column) content += serialised(row.values().at(name));
  }
  return base::sha256(content);
}

RowWriter::Row RowWriter::find_or_insert(const RowContent& row) {
  std::optional<std::int64_t> id;
  bind_value(find_, 1, row.values().at(key_column_));
  if (find_.executeStep()) id = find_.getColumn(0).getInt64();
  find_.reset();
  const bool is_new = !id;
  if (is_new) {
    insert(row);
    return {.id = database_.getLastInsertRowid(), .is_new = true};
  }
  require_same(*id, row);
  return {.id = *id, .is_new = false};
}

void RowWriter::require_same(std::int64_t id, const RowContent& row) {
  select_.bind(1, id);
  if (!select_.executeStep()) throw Altered(fmt::format("an index finds {} {}, which does not exist", table_, id));
  for (int column = 0; column < select_.getColumnCount(); ++column) {
    const std::string_view name = select_.getColumnName(column);
    if (name == id_column) continue;
    std::string stored;
    append_column(stored, select_.getColumn(column));
    if (stored == serialised(row.values().at(name))) continue;
    throw Altered(fmt::format("{} {} has the key of a row to be recorded, but another {}", table_, id, name));
  }
  select_.reset();
}

void RowWriter::insert(const RowContent& row) {
  if (!insert_) insert_.emplace(database_, insert_of(table_, row));
  bind_row(*insert_, row);
  insert_->exec();
  insert_->reset();
  insert_->clearBindings();
}

void insert_row(SQLite::Database& database, std::string_view table, const RowContent& row) {
  SQLite::Statement insert(database, insert_of(table, row));
  bind_row(insert, row);
  insert.exec();
}

base::Octets content_sha256(SQLite::Statement& row) {
  std::string content;
  for (int column = 0; column < row.getColumnCount(); ++column) {
    const auto value = row.getColumn(column);
    const std::string_view name = value.getName();
    if (name != id_column && name != hash_column) append_column(content, value);
  }
  return base::sha256(content);
}

}  // namespace casweep::store
