// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "history/events.h"
#include "history/scan_record.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// The differences between two scans.
struct ScanDifference {
  history::ScanRecord before;
  history::ScanRecord after;
  std::vector<history::Event> events;  ///< by name of the CA
  std::size_t compared = 0;            ///< CAs that both listed
  std::vector<std::string> warnings;   ///< why the comparison is of limited use; sentences
};

/// `cas`: every CA that either scan listed, as a timeline of the two.
[[nodiscard]] ScanDifference difference_of(history::ScanRecord before, history::ScanRecord after,
                                           const std::vector<history::CaTimeline>& cas);

void write_diff_table(std::ostream& out, const ScanDifference& difference, const TableStyle& style);

/// As `schema/json/casweep-diff.schema.json` describes it.
void write_diff_json(std::ostream& out, const ScanDifference& difference);

}  // namespace casweep::report
