// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "history/scan_record.h"

namespace casweep::report {

struct TableStyle {
  bool colour = false;
  bool unicode = true;      ///< glyphs; plain letters otherwise
  std::size_t columns = 0;  ///< terminal width to fit into; 0: as wide as needed
};

/// The scan for a person: one line a CA, counts and coverage under it, then what to do for each CA that is not enforced
/// or unknown. Verdicts are always a word and a glyph, colour only comes on top.
void write_scan_table(std::ostream& out, const history::ScanRecord& scan, const TableStyle& style);

/// One CA with all its evidence and what to do.
void write_ca_details(std::ostream& out, std::int64_t scan, const history::Observation& ca,
                      std::span<const std::string> standing, const TableStyle& style);

}  // namespace casweep::report
