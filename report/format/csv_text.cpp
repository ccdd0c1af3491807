// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/csv_text.h"

#include <ostream>

#include "base/terminal_text.h"

namespace casweep::report {

std::string csv_cell(std::string_view foreign, FormulaGuard guard) {
  // OWASP's list for CSV injection. TAB, CR and LF are escaped by the time a spreadsheet sees them, but other programs
  // may undo the escapes.
  constexpr std::string_view starts_formula = "=+-@\t\r\n";
  const bool guarded =
      guard == FormulaGuard::on && !foreign.empty() && starts_formula.find(foreign.front()) != std::string_view::npos;

  std::string text = (guarded ? "'" : "") + base::terminal_safe(foreign);
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char character : text) {
    if (character == '"') quoted += '"';
    quoted += character;
  }
  return quoted + '"';
}

void write_csv_record(std::ostream& out, std::span<const std::string> cells, FormulaGuard guard) {
  std::string_view separator;
  for (const std::string& cell : cells) {
    out << separator << csv_cell(cell, guard);
    separator = ",";
  }
  out << "\r\n";
}

}  // namespace casweep::report
