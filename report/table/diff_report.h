// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <map>
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
  std::vector<history::Event> events;                      ///< what needs a person first, then by name of the CA
  std::map<base::ObjectGuid, assess::Verdict> verdicts{};  ///< of the newer scan
  std::size_t compared = 0;                                ///< CAs that both listed
  std::size_t verdicts_compared = 0;                       ///< CAs that both read
  std::vector<std::string> warnings;                       ///< why the comparison is of limited use; sentences
};

/// `cas`: every CA that either scan listed, as a timeline of the two.
[[nodiscard]] ScanDifference difference_of(history::ScanRecord before, history::ScanRecord after,
                                           const std::vector<history::CaTimeline>& cas);

/// The two scans first, so that it is clear what is compared.
void write_diff_table(std::ostream& out, const ScanDifference& difference, const TableStyle& style);

/// A record for each event, as write_events_csv().
void write_diff_csv(std::ostream& out, const ScanDifference& difference);

/// As `schema/json/casweep-diff.schema.json` describes it.
void write_diff_json(std::ostream& out, const ScanDifference& difference);

}  // namespace casweep::report
