// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "base/instant.h"
#include "history/ca_summary.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// Sentences about a CA beside its last reading: whether it was removed, its last known verdict, its status.
[[nodiscard]] std::vector<std::string> standing_of(const history::CaSummary& ca, base::Instant now,
                                                   const TableStyle& style);

}  // namespace casweep::report
