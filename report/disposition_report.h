// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "report/scan_table.h"
#include "store/ca_status.h"
#include "store/scan_record.h"

namespace casweep::report {

/// What was decided about these CAs: the last word on each, with its verdict beside it.
void write_dispositions_table(std::ostream& out, std::span<const store::CaStatus> cas, store::Instant now,
                              const TableStyle& style);

/// As `schema/casweep-dispositions.schema.json` describes it: every decision there ever was.
void write_dispositions_json(std::ostream& out, std::span<const store::CaStatus> cas, store::Instant now);

/// Every decision in `decisions`, a row each under the rules of write_csv_record, with the name that `scan` has for its
/// CA.
void write_dispositions_csv(std::ostream& out, std::span<const store::Disposition> decisions,
                            const store::ScanRecord& scan);

}  // namespace casweep::report
