// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "history/trend.h"

namespace casweep::report {

/// A column of a chart: scans that follow each other, one of them or, where there are too many, several.
struct TrendColumn {
  std::span<const history::ScanHeadline> scans{};
  const history::ScanHeadline* drawn = nullptr;       ///< the last that speaks of the forest; null: none does
  const history::ScanHeadline* incomplete = nullptr;  ///< the last that does not; null: all do
};

/// `scans`, oldest first, in at most `most` columns of about as many scans each. They point into `scans`.
[[nodiscard]] std::vector<TrendColumn> trend_columns(std::span<const history::ScanHeadline> scans, std::size_t most);

/// The letters that letter_of() gives for `columns`, each once, with what it means: {'p', "partial"}.
[[nodiscard]] std::vector<std::pair<char, std::string_view>> letters_of(std::span<const TrendColumn> columns);

/// Marks a column with a scan that failed (f), was interrupted (i), read only some CAs (p) or runs (r); a blank if all
/// were complete.
[[nodiscard]] char letter_of(const TrendColumn& column);

}  // namespace casweep::report
