// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

#include "store/scan_record.h"

namespace casweep::report {

/// The scan as RFC 4180 with a header, a row a CA, CRLF, UTF-8. A cell that a spreadsheet would take for a formula
/// (= + - @ TAB CR LF first) gets a leading apostrophe.
void write_scan_csv(std::ostream& out, const store::ScanRecord& scan);

/// Its parts, for the rows of more than one scan.
void write_scan_csv_header(std::ostream& out);
void write_scan_csv_rows(std::ostream& out, const store::ScanRecord& scan);

}  // namespace casweep::report
