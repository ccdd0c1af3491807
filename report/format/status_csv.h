// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <iosfwd>
#include <string>

#include "history/ca_summary.h"

namespace casweep::report {

/// One row per CA of the forest, the columns that matter first.
void write_status_csv(std::ostream& out, const history::ForestStatus& forest);

/// The titles of the cells of a CA, and its cells: what write_status_csv() writes.
inline constexpr std::size_t status_cells = 17;
using StatusRow = std::array<std::string, status_cells>;
[[nodiscard]] const StatusRow& status_titles();
[[nodiscard]] StatusRow status_row(const history::ForestStatus& forest, const history::CaSummary& ca);

}  // namespace casweep::report
