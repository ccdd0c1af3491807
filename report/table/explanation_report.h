// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

#include "explain/explanation.h"
#include "history/ca_summary.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// Where an explanation comes from: the listing, the time, and what the history knows.
struct ExplanationSource {
  const discovery::Listing& listing;
  const history::CaSummary* recorded = nullptr;  ///< null: the CA is in no history
  base::Instant now{};
};

/// Reasons for and against turning the flag on, what could not be seen, and the underlying facts, as text.
void write_explanation(std::ostream& out, const explain::Explanation& explanation, const ExplanationSource& source,
                       const TableStyle& style);

/// As `schema/json/casweep-explain.schema.json` describes it; every field is always present.
void write_explanation_json(std::ostream& out, const explain::Explanation& explanation,
                            const ExplanationSource& source);

}  // namespace casweep::report
