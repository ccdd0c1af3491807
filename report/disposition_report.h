// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "report/scan_table.h"
#include "store/ca_status.h"

namespace casweep::report {

/// What was decided about these CAs: the last word on each, with its verdict beside it.
void write_dispositions_table(std::ostream& out, std::span<const store::CaStatus> cas, store::Instant now,
                              const TableStyle& style);

/// As `schema/casweep-dispositions.schema.json` describes it: every decision there ever was.
void write_dispositions_json(std::ostream& out, std::span<const store::CaStatus> cas, store::Instant now);

}  // namespace casweep::report
