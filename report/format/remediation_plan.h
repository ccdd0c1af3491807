// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

#include "history/ca_summary.h"
#include "report/format/table_writer.h"

namespace casweep::report {

/// Every CA that does not enforce encryption or is unknown now, as a table, ready to be
/// filled in: owner, target date, ticket and notes hold the last decision on the CA, if any.
void write_remediation_plan(std::ostream& out, const history::ForestStatus& forest, const TableOptions& options = {});

}  // namespace casweep::report
