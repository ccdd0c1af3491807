// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

#include <nlohmann/json_fwd.hpp>

#include "history/ca_summary.h"
#include "report/table/ca_table.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// The forest now: what changed, the selected CAs, and the totals at the end.
void write_status_table(std::ostream& out, const history::ForestStatus& forest, const CaSelection& selection,
                        const TableStyle& style);

/// As `schema/json/casweep-status.schema.json` describes it; every field is always present.
void write_status_json(std::ostream& out, const history::ForestStatus& forest);

}  // namespace casweep::report
