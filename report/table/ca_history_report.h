// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "report/table/table_style.h"
#include "store/history.h"

namespace casweep::report {

enum class Detail { brief, all };

/// One CA over time: its events as a table, oldest first, and the decisions about it; with `Detail::all`, also the
/// evidence of each reading that changed something. `observations` are those readings.
void write_ca_history(std::ostream& out, const history::CaSummary& ca,
                      std::span<const store::History::PastObservation> observations, base::Instant now, Detail detail,
                      const TableStyle& style);

/// As `schema/json/casweep-history.schema.json` describes it.
void write_ca_history_json(std::ostream& out, const history::CaSummary& ca,
                           std::span<const store::History::PastObservation> observations, base::Instant now);

}  // namespace casweep::report
