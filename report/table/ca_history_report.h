// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "report/table/scan_table.h"
#include "store/history.h"

namespace casweep::report {

/// One CA over time: what happened, oldest first, each with the evidence of the scan that showed it. `readings` are
/// those at its changes.
void write_ca_history(std::ostream& out, const history::CaSummary& ca,
                      std::span<const store::History::PastObservation> observations, base::Instant now,
                      const TableStyle& style);

/// As `schema/json/casweep-history.schema.json` describes it.
void write_ca_history_json(std::ostream& out, const history::CaSummary& ca,
                           std::span<const store::History::PastObservation> observations, base::Instant now);

}  // namespace casweep::report
