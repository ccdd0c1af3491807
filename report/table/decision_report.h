// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "history/ca_summary.h"
#include "history/scan_record.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// The last decision on each of these CAs, beside its verdict.
void write_decisions_table(std::ostream& out, std::span<const history::CaSummary> cas, base::Instant now,
                           const TableStyle& style);

/// As `schema/json/casweep-decisions.schema.json` describes it: every decision ever recorded.
void write_decisions_json(std::ostream& out, std::span<const history::CaSummary> cas, base::Instant now);

/// A row for each of `decisions`, under the rules of write_csv_record, with the CA's name as in `scan`.
void write_decisions_csv(std::ostream& out, std::span<const history::Decision> decisions,
                         const history::ScanRecord& scan);

}  // namespace casweep::report
