// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "history/trend.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// By UTC day (history::scan_days()): the newest numbers, a chart, the days whose numbers changed, newest first; then
/// the newest events and the time to remediate.
void write_trend_table(std::ostream& out, const history::Trend& trend, const TableStyle& style);

/// As `schema/json/casweep-trend.schema.json` describes it, complete.
void write_trend_json(std::ostream& out, const history::Trend& trend);

/// A record for each day of history::scan_days(), as write_scans_csv().
void write_trend_csv(std::ostream& out, const history::Trend& trend);

/// One line per scan.
void write_scans_table(std::ostream& out, std::span<const history::ScanHeadline> scans, const TableStyle& style);

/// A record for each scan, under the rules of write_csv_record(); counts are empty if no directory answered.
void write_scans_csv(std::ostream& out, std::span<const history::ScanHeadline> scans);

/// As `schema/json/casweep-scans.schema.json` describes it.
void write_scans_json(std::ostream& out, std::span<const history::ScanHeadline> scans);

}  // namespace casweep::report
