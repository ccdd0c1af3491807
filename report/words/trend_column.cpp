// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/trend_column.h"

#include <algorithm>

namespace casweep::report {

std::vector<TrendColumn> trend_columns(std::span<const history::ScanHeadline> scans, std::size_t most) {
  std::vector<TrendColumn> columns(std::min(scans.size(), most));
  for (std::size_t i = 0; i < scans.size(); ++i) {
    TrendColumn& column = columns[i * columns.size() / scans.size()];
    column.scans = column.scans.empty() ? scans.subspan(i, 1) : std::span{column.scans.data(), column.scans.size() + 1};
    (scans[i].speaks_of_forest() ? column.drawn : column.incomplete) = &scans[i];
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
  if (column.incomplete == nullptr) return ' ';
  switch (column.incomplete->state) {
    case history::ScanState::complete:
      break;
    case history::ScanState::partial:
      return 'p';
    case history::ScanState::interrupted:
      return 'i';
    case history::ScanState::failed:
      return 'f';
    case history::ScanState::running:
      return 'r';
  }
  return ' ';
}

}  // namespace casweep::report
