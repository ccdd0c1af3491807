// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "history/trend.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// Draws, from left to right, the shares of CAs that were compliant, protected otherwise, not enforced and unknown, in
/// four different characters, so that colour is not needed. A column is a UTC day, as trend_columns() makes them: it
/// shows the last complete scan, and a letter below marks a day that has only a scan that was interrupted or read only
/// some CAs. Writes nothing if no directory answered any scan.
void write_trend_chart(std::ostream& out, std::span<const history::ScanHeadline> scans, const TableStyle& style);

}  // namespace casweep::report
