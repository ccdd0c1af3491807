// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "history/scan_record.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// One sentence for each cause that every CA host of the scan shares. If all hosts fail in the same way, the cause is
/// rarely the hosts, so it is said once, and before anyone changes a CA because of it. Empty: there is none, or fewer
/// than two hosts were contacted. Foreign text.
[[nodiscard]] std::vector<std::string> shared_causes(const history::ScanRecord& scan);

/// Writes each as a paragraph, followed by an empty line; writes nothing if there are none.
void write_shared_causes(std::ostream& out, const history::ScanRecord& scan, const TableStyle& style);

}  // namespace casweep::report
