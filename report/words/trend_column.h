// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "history/trend.h"

namespace casweep::report {

/// A column of a chart: one UTC day, or several if there are too many for a column each.
struct TrendColumn {
  std::chrono::sys_days first{};
  std::chrono::sys_days last{};
  const history::ScanHeadline* drawn = nullptr;       ///< the last scan that represents the forest; null: none
  const history::ScanHeadline* incomplete = nullptr;  ///< the last scan that does not; null: none
};

/// All days from the first of `days` (as scan_days() returns them) to the last, also those without a scan, in at most
/// `most` columns of equally many days. The last column ends with the last day.
[[nodiscard]] std::vector<TrendColumn> trend_columns(std::span<const history::ScanDay> days, std::size_t most);

/// The letters that letter_of() returns for `columns`, each once, with its meaning: {'p', "partial"}.
[[nodiscard]] std::vector<std::pair<char, std::string_view>> letters_of(std::span<const TrendColumn> columns);

/// Marks a column without a complete scan, but with one that was interrupted (i) or read only some CAs (p); otherwise a
/// space.
[[nodiscard]] char letter_of(const TrendColumn& column);

}  // namespace casweep::report
