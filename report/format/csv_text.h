// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace casweep::report {

/// Whether a cell that a spreadsheet would interpret as a formula (it starts with = + - @ TAB CR LF) gets a leading
/// apostrophe. `off` is for programs that compare cells with names from other sources.
enum class FormulaGuard { on, off };

/// One cell of RFC 4180: `foreign` as terminal_safe() escapes it (the grammar has no control characters), guarded, and
/// quoted if necessary.
[[nodiscard]] std::string csv_cell(std::string_view foreign, FormulaGuard guard = FormulaGuard::on);

/// One record, terminated by CRLF.
void write_csv_record(std::ostream& out, std::span<const std::string> cells, FormulaGuard guard = FormulaGuard::on);

}  // namespace casweep::report
