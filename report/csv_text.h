// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace casweep::report {

/// One cell of RFC 4180: `foreign` made visible as terminal_safe does (the grammar has no control characters), an
/// apostrophe before what a spreadsheet would take for a formula, and quotes where they are needed.
[[nodiscard]] std::string csv_cell(std::string_view foreign);

/// One record, ended by CRLF.
void write_csv_record(std::ostream& out, std::span<const std::string> cells);

}  // namespace casweep::report
