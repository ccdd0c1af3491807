// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/csv_text.h"

#include <ostream>

#include "base/iso_time.h"
#include "base/terminal_text.h"
#include "base/utf16.h"

namespace casweep::report {
namespace {

/// `text`, valid UTF-8, as UTF-16LE.
void write_utf16(std::ostream& out, std::string_view text) {
  for (const char16_t unit : base::to_utf16(text).value_or(std::u16string())) {
    out.put(static_cast<char>(unit & 0xFFU)).put(static_cast<char>(unit >> 8U));
  }
}

}  // namespace

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

std::string csv_time(base::Instant instant, CsvReader reader) {
  std::string text = base::iso_time(instant);
  if (reader == CsvReader::any || text.size() < 19) return text;
  text.resize(19);
  text[10] = ' ';
  return text;
}

void write_csv_header(std::ostream& out, std::span<const std::string> cells, const CsvStyle& style) {
  if (style.reader == CsvReader::excel) write_utf16(out, "\xef\xbb\xbf");  // the byte order mark
  write_csv_record(out, cells, style);
}

void write_csv_record(std::ostream& out, std::span<const std::string> cells, const CsvStyle& style) {
  const bool excel = style.reader == CsvReader::excel;
  std::string record;
  std::string_view separator;
  for (const std::string& cell : cells) {
    record.append(separator).append(csv_cell(cell, style.guard));
    separator = excel ? "\t" : ",";  // no cell contains a TAB: csv_cell() escapes control characters
  }
  record += "\r\n";
  excel ? write_utf16(out, record) : void(out << record);
}

}  // namespace casweep::report
