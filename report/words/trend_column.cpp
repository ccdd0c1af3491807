// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/trend_column.h"

#include <algorithm>
#include <cstdint>

namespace casweep::report {

std::vector<TrendColumn> trend_columns(std::span<const history::ScanDay> days, std::size_t most) {
  if (days.empty() || most == 0) return {};
  const std::chrono::sys_days last = days.back().day;
  const std::int64_t count = (last - days.front().day).count() + 1;
  const auto limit = static_cast<std::int64_t>(most);
  const std::chrono::days width{(count + limit - 1) / limit};
  const std::int64_t needed = (count + width.count() - 1) / width.count();

  std::vector<TrendColumn> columns;
  for (std::int64_t left = needed; left > 0; --left) {
    const std::chrono::sys_days end = last - (left - 1) * width;
    columns.push_back({.first = end - width + std::chrono::days{1}, .last = end});
  }
  columns.front().first = days.front().day;
  for (const history::ScanDay& day : days) {
    TrendColumn& column = columns[static_cast<std::size_t>(needed - 1 - (last - day.day) / width)];
    if (day.complete != nullptr) column.drawn = day.complete;
    if (day.incomplete != nullptr) column.incomplete = day.incomplete;
  }
  return columns;
}

std::vector<std::pair<char, std::string_view>> letters_of(std::span<const TrendColumn> columns) {
  std::vector<std::pair<char, std::string_view>> letters;
  for (const TrendColumn& column : columns) {
    const char letter = letter_of(column);
    const bool is_new = std::ranges::find(letters, letter, &std::pair<char, std::string_view>::first) == letters.end();
    if (letter != ' ' && is_new) letters.emplace_back(letter, history::word_of(column.incomplete->state));
  }
  return letters;
}

char letter_of(const TrendColumn& column) {
  if (column.drawn != nullptr || column.incomplete == nullptr) return ' ';
  switch (column.incomplete->state) {
    case history::ScanState::partial:
      return 'p';
    case history::ScanState::interrupted:
      return 'i';
    case history::ScanState::complete:
    case history::ScanState::failed:
    case history::ScanState::running:
      break;
  }
  return ' ';
}

}  // namespace casweep::report
