// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/text_columns.h"

#include <algorithm>
#include <numeric>
#include <ostream>

namespace casweep::report {
namespace {

constexpr std::size_t between_columns = 2;

std::size_t total_of(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), between_columns * (widths.size() - 1));
}

/// Returns whether they fit.
bool shrink_to_fit(std::vector<std::size_t>& widths, const std::vector<TextColumn>& columns, std::size_t width) {
  for (std::size_t total = total_of(widths); total > width; --total) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const bool may_shrink = columns[i].least > 0 && widths[i] > columns[i].least;
      if (may_shrink && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
    }
    if (widest == widths.size()) return false;
    --widths[widest];
  }
  return true;
}

std::string_view ellipsis_of(base::Charset charset) { return charset == base::Charset::unicode ? "…" : ".."; }

void write_row(std::ostream& out, const std::vector<TextCell>& cells, const std::vector<std::size_t>& widths,
               base::Charset charset) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string text = base::shortened(cells[i].text, widths[i], ellipsis_of(charset));
    out << cells[i].before << text << cells[i].after;
    if (i + 1 < cells.size()) out << std::string(widths[i] - base::display_width(text) + between_columns, ' ');
  }
  out << '\n';
}

/// The cells of one row below each other, all but the first indented. A cell that never shrinks may exceed `width`: a
/// shortened identifier would be useless.
void write_stacked(std::ostream& out, const std::vector<TextColumn>& columns, const std::vector<TextCell>& cells,
                   std::size_t width, base::Charset charset) {
  constexpr std::size_t indent = 2;
  std::size_t title_width = 0;
  for (const TextColumn& column : columns) title_width = std::max(title_width, base::display_width(column.title));
  const std::size_t text_column = indent + title_width + between_columns;
  const std::size_t room = width > text_column ? width - text_column : 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string title = std::string(i == 0 ? 0 : indent, ' ') + columns[i].title;
    const bool may_shrink = columns[i].least > 0;
    const std::string text =
        may_shrink ? base::shortened(cells[i].text, std::max(room, columns[i].least), ellipsis_of(charset))
                   : cells[i].text;
    out << title << std::string(text_column - base::display_width(title), ' ') << cells[i].before << text
        << cells[i].after << '\n';
  }
}

}  // namespace

void write_columns(std::ostream& out, const std::vector<TextColumn>& columns,
                   const std::vector<std::vector<TextCell>>& rows, std::size_t width, base::Charset charset) {
  std::vector<TextCell> titles;
  std::vector<std::size_t> widths;
  for (const TextColumn& column : columns) {
    titles.push_back({column.title});
    widths.push_back(base::display_width(column.title));
  }
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], base::display_width(row[i].text));
  }
  if (width > 0 && !shrink_to_fit(widths, columns, width)) {
    for (const auto& row : rows) write_stacked(out, columns, row, width, charset);
    return;
  }
  write_row(out, titles, widths, charset);
  for (const auto& row : rows) write_row(out, row, widths, charset);
}

void write_wrapped(std::ostream& out, std::string_view safe, std::size_t column, std::size_t indent,
                   std::size_t width) {
  std::size_t at = column;
  bool first_on_line = true;
  while (!safe.empty()) {
    const std::size_t end = std::min(safe.find(' '), safe.size());
    const std::string_view word = safe.substr(0, end);
    safe.remove_prefix(std::min(end + 1, safe.size()));
    const std::size_t word_width = base::display_width(word);
    if (!first_on_line && width > 0 && at + 1 + word_width > width) {
      out << '\n' << std::string(indent, ' ');
      at = indent;
      first_on_line = true;
    }
    if (!first_on_line) out << ' ', ++at;
    out << word;
    at += word_width;
    first_on_line = false;
  }
  out << '\n';
}

}  // namespace casweep::report
