// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/csv_text.h"

#include <ostream>

#include "base/terminal_text.h"

namespace casweep::report {

std::string safe_cell(std::string_view foreign, FormulaGuard guard) {
  if (guard == FormulaGuard::off) return base::terminal_safe(foreign);
  // OWASP's list for CSV injection. TAB, CR and LF are escaped by the time a spreadsheet sees them, but other programs
  // may undo the escapes.
  constexpr std::string_view starts_formula = "=+-@\t\r\n";
  std::string guarded;
  bool at_begin = true;  // of a cell
  for (const char character : foreign) {
    if (at_begin && starts_formula.find(character) != std::string_view::npos) guarded += '\'';
    guarded += character;
    at_begin = character == ';' || (at_begin && character == '"' && guarded.size() > 1);
  }
  return base::terminal_safe(guarded);
}

std::string csv_cell(std::string_view foreign, FormulaGuard guard) {
  std::string text = safe_cell(foreign, guard);
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
