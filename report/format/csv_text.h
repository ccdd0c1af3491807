// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace casweep::report {

/// Whether a cell that a spreadsheet would interpret as a formula gets an apostrophe: at its begin (= + - @ TAB CR LF),
/// and after a semicolon, which separates cells for a spreadsheet in many languages. `off` is for programs that compare
/// cells with names from other sources.
enum class FormulaGuard { on, off };

/// `foreign` as terminal_safe() escapes it, guarded.
[[nodiscard]] std::string safe_cell(std::string_view foreign, FormulaGuard guard = FormulaGuard::on);

/// One cell of RFC 4180: the same, quoted if necessary. The grammar has no control characters.
[[nodiscard]] std::string csv_cell(std::string_view foreign, FormulaGuard guard = FormulaGuard::on);

/// One record, terminated by CRLF.
void write_csv_record(std::ostream& out, std::span<const std::string> cells, FormulaGuard guard = FormulaGuard::on);

}  // namespace casweep::report
