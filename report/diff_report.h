// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "report/scan_table.h"
#include "store/events.h"
#include "store/scan_record.h"

namespace casweep::report {

/// What is different between two scans.
struct ScanDifference {
  store::ScanRecord before;
  store::ScanRecord after;
  std::vector<store::Event> events;   ///< by name of the CA
  std::size_t compared = 0;           ///< CAs that both listed
  std::vector<std::string> warnings;  ///< why the two can hardly be compared; sentences
};

/// `cas`: every CA that one of the scans listed, as a timeline of the two.
[[nodiscard]] ScanDifference difference_of(store::ScanRecord before, store::ScanRecord after,
                                           const std::vector<store::CaTimeline>& cas);

void write_diff_table(std::ostream& out, const ScanDifference& difference, const TableStyle& style);

/// As `schema/casweep-diff.schema.json` describes it.
void write_diff_json(std::ostream& out, const ScanDifference& difference);

}  // namespace casweep::report
