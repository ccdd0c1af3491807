// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "history/trend.h"
#include "report/table/scan_table.h"

namespace casweep::report {

/// A chart, the newest scans as lines, the newest events, and how long remediation takes.
void write_trend_table(std::ostream& out, const history::Trend& trend, const TableStyle& style);

/// As `schema/json/casweep-trend.schema.json` describes it: all of it.
void write_trend_json(std::ostream& out, const history::Trend& trend);

/// The share that `count` is of all CAs of the scan: "64 %", rounded down, so that 100 % means all of them; "-" of a
/// scan that does not speak of the forest.
[[nodiscard]] std::string percent_text(const history::ScanHeadline& scan, std::size_t count);

/// What was counted of a scan; "-" of one that no directory answered: nothing was counted, which is not 0.
[[nodiscard]] std::string count_text(const history::ScanHeadline& scan, std::size_t count);

/// How long remediation takes, in one or two sentences.
[[nodiscard]] std::string time_to_remediate_text(const history::TimeToRemediate& time);

/// A line a scan.
void write_scans_table(std::ostream& out, std::span<const history::ScanHeadline> scans, const TableStyle& style);

/// As `schema/json/casweep-scans.schema.json` describes it.
void write_scans_json(std::ostream& out, std::span<const history::ScanHeadline> scans);

}  // namespace casweep::report
