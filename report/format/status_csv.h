// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

#include "history/ca_summary.h"

namespace casweep::report {

/// One row per CA of the forest, the columns that matter first.
void write_status_csv(std::ostream& out, const history::ForestStatus& forest);

}  // namespace casweep::report
