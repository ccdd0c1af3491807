// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "history/ca_summary.h"
#include "report/table/scan_table.h"

namespace casweep::report {

/// The forest now: a line a CA with its last verdict and, where that is unknown, the last one that was known and its
/// age; what was decided stands beside it.
void write_status_table(std::ostream& out, const history::ForestStatus& forest, const TableStyle& style);

/// As `schema/json/casweep-status.schema.json` describes it; every field is always there.
void write_status_json(std::ostream& out, const history::ForestStatus& forest);

/// Sentences about a CA beside its last reading: that it is gone, what was known of it, what was decided.
[[nodiscard]] std::vector<std::string> standing_of(const history::CaSummary& ca, base::Instant now,
                                                   const TableStyle& style);

/// One record of its `cas`.
[[nodiscard]] nlohmann::ordered_json status_json(const history::CaSummary& ca, base::Instant now);

/// A decision; null for none.
[[nodiscard]] nlohmann::ordered_json decision_json(const history::Decision* decision, base::Instant now);

/// "Risk accepted until 2026-11-23", "To address (Risk accepted expired 2026-11-23)".
[[nodiscard]] std::string status_text(const history::CaSummary& ca, base::Instant now);

/// The same of a status and what was decided last; null if nothing was.
[[nodiscard]] std::string status_text(history::Status status, const history::Decision* decision, base::Instant now);

}  // namespace casweep::report
