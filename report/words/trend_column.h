// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "history/trend.h"

namespace casweep::report {

/// A column of a chart: one scan, or several consecutive ones if there are too many for a column each.
struct TrendColumn {
  std::span<const history::ScanHeadline> scans{};
  const history::ScanHeadline* drawn = nullptr;       ///< the last scan that represents the forest; null: none
  const history::ScanHeadline* incomplete = nullptr;  ///< the last scan that does not; null: none
};

/// `scans`, oldest first, distributed evenly over at most `most` columns. They point into `scans`.
[[nodiscard]] std::vector<TrendColumn> trend_columns(std::span<const history::ScanHeadline> scans, std::size_t most);

/// The letters that letter_of() returns for `columns`, each once, with its meaning: {'p', "partial"}.
[[nodiscard]] std::vector<std::pair<char, std::string_view>> letters_of(std::span<const TrendColumn> columns);

/// Marks a column with a scan that failed (f), was interrupted (i), read only some CAs (p) or is running (r); a space
/// if all were complete.
[[nodiscard]] char letter_of(const TrendColumn& column);

}  // namespace casweep::report
