// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "history/scan_record.h"
#include "report/format/table_writer.h"
#include "report/words/ca_background.h"

namespace casweep::report {

/// The scan as RFC 4180 with a header, CRLF, UTF-8: a row for every CA the directory listed. Those that were not read
/// come last, as unknown with the reason `not-read`. `backgrounds` are those of `scan.listed()`; if it is empty, the
/// cells that come from the history are empty as well.
void write_scan_csv(std::ostream& out, const history::ScanRecord& scan, std::span<const CaBackground> backgrounds);

/// Header and rows alone, to write several scans into one table.
[[nodiscard]] std::span<const std::string> scan_columns();
void add_scan_rows(TableWriter& table, const history::ScanRecord& scan, std::span<const CaBackground> backgrounds);

}  // namespace casweep::report
