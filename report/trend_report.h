// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "report/scan_table.h"
#include "store/trend.h"

namespace casweep::report {

/// A chart, the newest scans as lines, the newest events, and how long remediation takes.
void write_trend_table(std::ostream& out, const store::Trend& trend, const TableStyle& style);

/// As `schema/casweep-trend.schema.json` describes it: all of it.
void write_trend_json(std::ostream& out, const store::Trend& trend);

/// A line a scan.
void write_scans_table(std::ostream& out, std::span<const store::ScanHeadline> scans, const TableStyle& style);

/// As `schema/casweep-scans.schema.json` describes it.
void write_scans_json(std::ostream& out, std::span<const store::ScanHeadline> scans);

}  // namespace casweep::report
