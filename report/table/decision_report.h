// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "history/ca_summary.h"
#include "history/scan_record.h"
#include "report/table/scan_table.h"

namespace casweep::report {

/// What was decided about these CAs: the last word on each, with its verdict beside it.
void write_decisions_table(std::ostream& out, std::span<const history::CaSummary> cas, base::Instant now,
                           const TableStyle& style);

/// As `schema/json/casweep-dispositions.schema.json` describes it: every decision there ever was.
void write_decisions_json(std::ostream& out, std::span<const history::CaSummary> cas, base::Instant now);

/// Every decision in `decisions`, a row each under the rules of write_csv_record, with the name that `scan` has for its
/// CA.
void write_decisions_csv(std::ostream& out, std::span<const history::Decision> decisions,
                         const history::ScanRecord& scan);

}  // namespace casweep::report
