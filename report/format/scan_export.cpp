// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/scan_export.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "report/format/ocsf.h"
#include "report/format/sarif.h"
#include "report/format/scan_csv.h"
#include "report/json/scan_json.h"

namespace casweep::report {

ScanExport::ScanExport(std::ostream& out, ScanFormat format, ScanCount count, const TableOptions& options)
    : out_(out), format_(format) {
  if (format == ScanFormat::csv) table_.emplace(out, options, scan_columns());
  if (format == ScanFormat::sarif) array_.emplace(out, sarif_head(), "runs");
  if (format == ScanFormat::json && count == ScanCount::many) {
    array_.emplace(out, nlohmann::ordered_json{{"schema_version", schema_version}}, "scans");
  }
}

void ScanExport::add(const history::ScanRecord& scan, std::span<const CaBackground> backgrounds,
                     const history::ScanRecord* baseline) {
  switch (format_) {
    case ScanFormat::csv:
      return add_scan_rows(*table_, scan, backgrounds);
    case ScanFormat::json:
      return array_ ? array_->add(scan_json(scan, backgrounds)) : write_scan_json(out_, scan, backgrounds);
    case ScanFormat::jsonl:
      return write_scan_json_lines(out_, scan, backgrounds);
    case ScanFormat::ocsf:
      for (std::size_t i = 0; const history::Observation& ca : scan.listed()) {
        write_json_line(out_, ocsf_finding(scan, ca, backgrounds[i++]));
      }
      return;
    case ScanFormat::sarif:
      return array_->add(sarif_run(scan, backgrounds, baseline));
  }
}

void ScanExport::finish() {
  if (table_) table_->finish();
  if (array_) array_->finish();
}

}  // namespace casweep::report
