// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "history/ca_summary.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// The forest now: one line per CA with its last verdict and status; if the verdict is unknown, also the last known one
/// and its age.
void write_status_table(std::ostream& out, const history::ForestStatus& forest, const TableStyle& style);

/// As `schema/json/casweep-status.schema.json` describes it; every field is always present.
void write_status_json(std::ostream& out, const history::ForestStatus& forest);

}  // namespace casweep::report
