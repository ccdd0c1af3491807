// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/scan_export.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "report/format/ocsf.h"
#include "report/format/sarif.h"
#include "report/format/scan_csv.h"
#include "report/json/scan_json.h"

namespace casweep::report {

ScanExport::ScanExport(std::ostream& out, ScanFormat format, ScanCount count, const CsvStyle& style)
    : out_(out), format_(format), style_(style) {
  if (format == ScanFormat::csv) write_scan_csv_header(out, style);
  if (format == ScanFormat::sarif) array_.emplace(out, sarif_head(), "runs");
  if (format == ScanFormat::json && count == ScanCount::many) {
    array_.emplace(out, nlohmann::ordered_json{{"schema_version", schema_version}}, "scans");
  }
}

void ScanExport::add(const history::ScanRecord& scan, std::span<const CaBackground> backgrounds,
                     const history::ScanRecord* baseline) {
  switch (format_) {
    case ScanFormat::csv:
      return write_scan_csv_rows(out_, scan, backgrounds, style_);
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
  if (array_) array_->finish();
}

}  // namespace casweep::report
