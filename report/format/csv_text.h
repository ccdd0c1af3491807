// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace casweep::report {

/// Whether a cell that a spreadsheet would interpret as a formula (it starts with = + - @ TAB CR LF) gets a leading
/// apostrophe. `off` is for programs that compare cells with names from other sources.
enum class FormulaGuard { on, off };

/// The program that a table is written for.
enum class CsvReader {
  any,    ///< RFC 4180: UTF-8, separated by commas
  excel,  ///< Microsoft Excel in any language, by double click: UTF-16LE with a byte order mark, separated by TABs
};

struct CsvStyle {
  FormulaGuard guard = FormulaGuard::on;
  CsvReader reader = CsvReader::any;
};

/// One cell of RFC 4180: `foreign` as terminal_safe() escapes it (the grammar has no control characters), guarded, and
/// quoted if necessary.
[[nodiscard]] std::string csv_cell(std::string_view foreign, FormulaGuard guard = FormulaGuard::on);

/// A cell with an instant: "2026-11-23T02:43:00.000Z"; for Excel "2026-11-23 02:43:00", which it takes for a date. UTC.
[[nodiscard]] std::string csv_time(base::Instant instant, CsvReader reader);

/// The first record, and before it what the reader needs to know of the encoding.
void write_csv_header(std::ostream& out, std::span<const std::string> cells, const CsvStyle& style = {});

/// One record, terminated by CRLF.
void write_csv_record(std::ostream& out, std::span<const std::string> cells, const CsvStyle& style = {});

}  // namespace casweep::report
