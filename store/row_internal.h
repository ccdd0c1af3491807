// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "base/octets.h"
#include "history/scan_record.h"
#include "store/scan_reader_internal.h"

namespace casweep::store {

using Row = SQLite::Statement;

// A column is given by its name, or by its number where very many rows are read.

/// TEXT and BLOB alike; NULL is empty.
template <typename Column>
[[nodiscard]] std::string text_in(Row& row, Column column) {
  return row.getColumn(column).getString();
}

template <typename Column>
[[nodiscard]] std::optional<std::int64_t> number_in(Row& row, Column column) {
  const auto value = row.getColumn(column);
  if (value.isNull()) return std::nullopt;
  return value.getInt64();
}

template <typename Column>
[[nodiscard]] std::size_t count_in(Row& row, Column column) {
  return static_cast<std::size_t>(number_in(row, column).value_or(0));
}

template <typename Column>
[[nodiscard]] std::optional<base::Instant> instant_in(Row& row, Column column) {
  const auto value = number_in(row, column);
  if (!value) return std::nullopt;
  return base::Instant{std::chrono::milliseconds{*value}};
}

template <typename Column>
[[nodiscard]] base::Octets octets_in(Row& row, Column column) {
  const auto value = row.getColumn(column);
  const auto* data = static_cast<const std::uint8_t*>(value.getBlob());
  return data == nullptr ? base::Octets{} : base::Octets(data, data + value.getBytes());
}

/// The enumerator of the column's word.
template <typename Key, typename Column>
[[nodiscard]] Key key_in(Row& row, Column column, std::optional<Key> (*key_of_word)(std::string_view)) {
  const auto word = text_in(row, column);
  if (const auto key = key_of_word(word)) return *key;
  throw Inconsistent(fmt::format("it holds the unknown word '{}'", word));
}

}  // namespace casweep::store
