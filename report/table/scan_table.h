// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "history/scan_record.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// The scan as a table: one line per CA, then counts and coverage, then what to do for each CA that does not enforce
/// encryption or is unknown. A verdict is always a word and a glyph; colour is optional.
void write_scan_table(std::ostream& out, const history::ScanRecord& scan, const TableStyle& style);

/// One CA with all its evidence and what to do about it. `standing` holds the sentences of standing_of().
void write_ca_details(std::ostream& out, std::int64_t scan, const history::Observation& ca,
                      std::span<const std::string> standing, const TableStyle& style);

}  // namespace casweep::report
