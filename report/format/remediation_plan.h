// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

#include "history/ca_summary.h"
#include "report/format/csv_text.h"

namespace casweep::report {

/// Every CA that does not enforce encryption or is unknown now, as CSV under the rules of write_csv_record, ready to be
/// filled in: owner, target date, ticket and notes hold the last decision on the CA, if any.
void write_remediation_plan(std::ostream& out, const history::ForestStatus& forest, const CsvStyle& style = {});

}  // namespace casweep::report
