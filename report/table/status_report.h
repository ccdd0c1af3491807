// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include <nlohmann/json_fwd.hpp>

#include "history/ca_summary.h"
#include "history/trend.h"
#include "report/table/ca_table.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// The forest now: what changed, the selected CAs, and the totals at the end. `newer`: the scans after the last
/// complete one, oldest first.
void write_status_table(std::ostream& out, const history::ForestStatus& forest,
                        std::span<const history::ScanHeadline> newer, const CaSelection& selection,
                        const TableStyle& style);

/// As `schema/json/casweep-status.schema.json` describes it; every field is always present.
void write_status_json(std::ostream& out, const history::ForestStatus& forest,
                       std::span<const history::ScanHeadline> newer);

}  // namespace casweep::report
