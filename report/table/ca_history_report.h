// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "report/table/table_style.h"
#include "store/history.h"

namespace casweep::report {

/// One CA over time: its events, oldest first, each with the evidence of its scan. `observations` are those at which
/// something changed.
void write_ca_history(std::ostream& out, const history::CaSummary& ca,
                      std::span<const store::History::PastObservation> observations, base::Instant now,
                      const TableStyle& style);

/// As `schema/json/casweep-history.schema.json` describes it.
void write_ca_history_json(std::ostream& out, const history::CaSummary& ca,
                           std::span<const store::History::PastObservation> observations, base::Instant now);

}  // namespace casweep::report
