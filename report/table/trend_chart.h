// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "history/trend.h"
#include "report/table/scan_table.h"

namespace casweep::report {

/// Draws, from left to right, which part of all CAs was compliant, protected otherwise, not enforced and unknown; in
/// four different characters, so that it needs no colour. Scans share a column where there are too many: the last
/// complete one of them is drawn, and below it a letter says that another failed, was interrupted or read only some.
void write_trend_chart(std::ostream& out, std::span<const history::ScanHeadline> scans, const TableStyle& style);

}  // namespace casweep::report
