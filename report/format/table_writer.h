// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/instant.h"
#include "report/format/csv_text.h"
#include "report/format/workbook.h"

namespace casweep::report {

/// The file that a table is written as.
enum class TableFile {
  csv,       ///< RFC 4180, CRLF, UTF-8; times in ISO 8601
  workbook,  ///< .xlsx: columns, characters and times are the same in every language of a spreadsheet
};

struct TableOptions {
  FormulaGuard guard = FormulaGuard::on;
  TableFile file = TableFile::csv;
};

/// A text, unchanged foreign text included, or an instant.
struct TableCell {
  TableCell(std::string words) : text(std::move(words)) {}            // NOLINT(google-explicit-constructor)
  TableCell(const char* words) : text(words) {}                       // NOLINT(google-explicit-constructor)
  TableCell(std::optional<base::Instant> instant) : time(instant) {}  // NOLINT(google-explicit-constructor)

  std::string text{};
  std::optional<base::Instant> time{};
};

/// Writes a table, row by row.
class TableWriter {
 public:
  /// `out` must outlive this object.
  TableWriter(std::ostream& out, const TableOptions& options, std::span<const std::string> header);

  void add(std::span<const TableCell> cells);

  /// Call it once, after the last row: a workbook is not written earlier.
  void finish();

 private:
  std::ostream& out_;
  TableOptions options_;
  Workbook workbook_;
};

}  // namespace casweep::report
