// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace casweep::report {

/// Whether a cell that a spreadsheet would take for a formula (= + - @ TAB CR LF first) gets a leading apostrophe. Off
/// is for programs that compare cells with names from elsewhere.
enum class FormulaGuard { on, off };

/// One cell of RFC 4180: `foreign` made visible as terminal_safe does (the grammar has no control characters), guarded,
/// and in quotes where they are needed.
[[nodiscard]] std::string csv_cell(std::string_view foreign, FormulaGuard guard = FormulaGuard::on);

/// One record, ended by CRLF.
void write_csv_record(std::ostream& out, std::span<const std::string> cells, FormulaGuard guard = FormulaGuard::on);

}  // namespace casweep::report
