// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <span>

#include "history/scan_record.h"
#include "report/format/table_writer.h"
#include "report/json/json_text.h"
#include "report/words/ca_background.h"

namespace casweep::report {

/// The export formats of recorded scans: the same scan always gives the same bytes.
enum class ScanFormat {
  csv,    ///< one row per CA, as write_scan_csv, or a workbook with the same cells
  json,   ///< `schema/json/casweep-scan.schema.json`, for many `schema/json/casweep-all-scans.schema.json`
  jsonl,  ///< one line per CA, `schema/json/casweep-ca.schema.json`
  ocsf,   ///< one line per CA, as ocsf_finding
  sarif,  ///< one log with one run per scan
};

enum class ScanCount { one, many };

/// Writes scans to one stream, one after the other: a long history may not fit into memory.
class ScanExport {
 public:
  /// `out` must outlive this object. With ScanCount::one, call `add` once.
  ScanExport(std::ostream& out, ScanFormat format, ScanCount count, const TableOptions& options = {});

  /// `backgrounds` are those of `scan.listed()`; `baseline` is the comparable scan before it; null: none.
  void add(const history::ScanRecord& scan, std::span<const CaBackground> backgrounds,
           const history::ScanRecord* baseline);
  void finish();

 private:
  std::ostream& out_;
  ScanFormat format_;
  std::optional<TableWriter> table_;      ///< for csv
  std::optional<JsonArrayWriter> array_;  ///< for formats that are one JSON object
};

}  // namespace casweep::report
