// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <span>

#include "history/scan_record.h"
#include "report/format/csv_text.h"
#include "report/json/json_text.h"
#include "report/words/ca_background.h"

namespace casweep::report {

/// The formats in which recorded scans leave: the same scan gives the same bytes at any time.
enum class ScanFormat {
  csv,    ///< a row a CA, as write_scan_csv
  json,   ///< `schema/json/casweep-scan.schema.json`, for many `schema/json/casweep-all-scans.schema.json`
  jsonl,  ///< a line a CA, `schema/json/casweep-ca.schema.json`
  ocsf,   ///< a line a CA, as ocsf_finding
  sarif,  ///< one log, a run a scan
};

enum class ScanCount { one, many };

/// Writes scans to one place, one after the other: all of a long history may be more than fits into memory.
class ScanExport {
 public:
  /// `out` lives longer than this. With ScanCount::one, `add` is called once.
  ScanExport(std::ostream& out, ScanFormat format, ScanCount count, FormulaGuard guard = FormulaGuard::on);

  /// `backgrounds` are those of `scan.listed()`; `baseline` is the comparable scan before it, null if there is none.
  void add(const history::ScanRecord& scan, std::span<const CaBackground> backgrounds,
           const history::ScanRecord* baseline);
  void finish();

 private:
  std::ostream& out_;
  ScanFormat format_;
  FormulaGuard guard_;
  std::optional<JsonArrayWriter> array_;  ///< for the formats that are one JSON object
};

}  // namespace casweep::report
