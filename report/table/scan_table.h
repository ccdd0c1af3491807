// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "history/ca_summary.h"
#include "history/scan_record.h"
#include "report/table/ca_table.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// The scan for a person: what changed, the selected CAs, what to do about those that need action, and the totals at
/// the end. `forest` is the forest after the scan; without CAs if the scan was not recorded.
void write_scan_table(std::ostream& out, const history::ScanRecord& scan, const history::ForestStatus& forest,
                      const CaSelection& selection, const TableStyle& style);

/// The totals only.
void write_scan_summary(std::ostream& out, const history::ScanRecord& scan, const history::ForestStatus& forest,
                        const TableStyle& style);

/// One CA with all its evidence and what to do about it. `standing` holds the sentences of standing_of().
void write_ca_details(std::ostream& out, std::int64_t scan, const history::Observation& ca,
                      std::span<const std::string> standing, const TableStyle& style);

}  // namespace casweep::report
