// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace casweep::report {

/// A workbook of one sheet for spreadsheets (.xlsx, ECMA-376), as an uncompressed ZIP file. Every text is a text cell:
/// no spreadsheet takes it for a formula. The same cells give the same bytes.
class Workbook {
 public:
  void begin_row();
  /// A text, as base::terminal_safe() returns it; what a cell cannot hold is cut.
  void add_text(std::string_view text);
  /// An instant as a date of the spreadsheet, in UTC.
  void add_time(base::Instant instant);
  void end_row();

  void write(std::ostream& out) const;

 private:
  void begin_cell();

  std::string rows_;
  std::size_t row_ = 0;     ///< its number, from 1
  std::size_t column_ = 0;  ///< of the last cell, from 1
};

}  // namespace casweep::report
