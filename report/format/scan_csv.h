// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

#include "history/scan_record.h"
#include "report/format/csv_text.h"

namespace casweep::report {

/// The scan as RFC 4180 with a header, CRLF, UTF-8: a row for every CA the directory listed. Those that were not read
/// come last, as unknown with the reason `not-read`.
void write_scan_csv(std::ostream& out, const history::ScanRecord& scan, FormulaGuard guard = FormulaGuard::on);

/// Header and rows alone, to write several scans into one file.
void write_scan_csv_header(std::ostream& out);
void write_scan_csv_rows(std::ostream& out, const history::ScanRecord& scan, FormulaGuard guard = FormulaGuard::on);

}  // namespace casweep::report
