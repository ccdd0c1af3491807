// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/table_writer.h"

#include <vector>

#include "base/iso_time.h"

namespace casweep::report {

TableWriter::TableWriter(std::ostream& out, const TableOptions& options, std::span<const std::string> header)
    : out_(out), options_(options) {
  add(std::vector<TableCell>(header.begin(), header.end()));
}

void TableWriter::add(std::span<const TableCell> cells) {
  if (options_.file == TableFile::csv) {
    std::vector<std::string> record;
    for (const TableCell& cell : cells) record.push_back(cell.time ? base::iso_time(*cell.time) : cell.text);
    return write_csv_record(out_, record, options_.guard);
  }
  workbook_.begin_row();
  for (const TableCell& cell : cells) {
    // An instant that no calendar has, as a hostile server may send it, has no text either.
    if (cell.time && !base::iso_time(*cell.time).empty()) {
      workbook_.add_time(*cell.time);
    } else {
      workbook_.add_text(safe_cell(cell.text, options_.guard));
    }
  }
  workbook_.end_row();
}

void TableWriter::finish() {
  if (options_.file == TableFile::workbook) workbook_.write(out_);
}

}  // namespace casweep::report
