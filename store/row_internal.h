// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/scan_reader_internal.h"
#include "store/scan_record.h"

namespace casweep::store {

using Row = SQLite::Statement;

/// TEXT and BLOB alike; NULL is empty.
[[nodiscard]] inline std::string text_in(Row& row, const char* column) { return row.getColumn(column).getString(); }

[[nodiscard]] inline std::optional<std::int64_t> number_in(Row& row, const char* column) {
  const auto value = row.getColumn(column);
  if (value.isNull()) return std::nullopt;
  return value.getInt64();
}

[[nodiscard]] inline std::size_t count_in(Row& row, const char* column) {
  return static_cast<std::size_t>(number_in(row, column).value_or(0));
}

[[nodiscard]] inline std::optional<Instant> instant_in(Row& row, const char* column) {
  const auto value = number_in(row, column);
  if (!value) return std::nullopt;
  return Instant{std::chrono::milliseconds{*value}};
}

/// What the column's word stands for.
template <typename Key>
[[nodiscard]] Key key_in(Row& row, const char* column, std::optional<Key> (*key_of_word)(std::string_view)) {
  const auto word = text_in(row, column);
  if (const auto key = key_of_word(word)) return *key;
  throw Inconsistent(fmt::format("it holds the unknown word '{}'", word));
}

}  // namespace casweep::store
