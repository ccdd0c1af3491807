// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/text_columns.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <ostream>
#include <utility>

namespace casweep::report {
namespace {

constexpr std::size_t between_columns = 2;

using TextRow = std::vector<TextCell>;

/// The columns that are written, as positions in the rows, and their widths.
struct Layout {
  std::vector<std::size_t> shown{};
  std::vector<std::size_t> widths{};  ///< of `shown`
};

std::size_t total_of(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), between_columns * (widths.size() - 1));
}

/// Returns whether they fit.
bool shrink_to_fit(Layout& layout, const std::vector<TextColumn>& columns, std::size_t width) {
  auto& widths = layout.widths;
  for (std::size_t total = total_of(widths); total > width; --total) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::size_t least = columns[layout.shown[i]].least;
      const bool may_shrink = least > 0 && widths[i] > least;
      if (may_shrink && (widest == widths.size() || widths[i] > widths[widest])) widest = i;
    }
    if (widest == widths.size()) return false;
    --widths[widest];
  }
  return true;
}

/// Of columns of equal importance, the last one is dropped. Returns false if all columns that remain are always shown.
bool drop_one(Layout& layout, const std::vector<TextColumn>& columns) {
  const auto importance = [&](std::size_t column) { return columns[column].importance; };
  const auto least = std::ranges::min_element(layout.shown.rbegin(), layout.shown.rend(), {}, importance);
  if (importance(*least) == TextColumn::always) return false;
  const auto position = std::distance(least, layout.shown.rend()) - 1;
  layout.shown.erase(layout.shown.begin() + position);
  layout.widths.erase(layout.widths.begin() + position);
  return true;
}

/// nullopt: the rows do not fit into `width` as a table.
std::optional<Layout> layout_for(const std::vector<TextColumn>& columns, const std::vector<TextRow>& rows,
                                 std::size_t width) {
  Layout layout;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    layout.shown.push_back(i);
    layout.widths.push_back(base::display_width(columns[i].title));
    for (const TextRow& row : rows) layout.widths[i] = std::max(layout.widths[i], base::display_width(row[i].text));
  }
  if (width == 0) return layout;
  for (;;) {
    Layout shrunk = layout;
    if (shrink_to_fit(shrunk, columns, width)) return shrunk;
    if (!drop_one(layout, columns)) return std::nullopt;
  }
}

/// For each row, the position of the first byte in which its cell of `column` differs from the cell most similar to it;
/// nullopt: no other cell differs.
std::vector<std::optional<std::size_t>> differing_bytes(const std::vector<TextRow>& rows, std::size_t column) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto text_of = [&](std::size_t row) -> std::string_view { return rows[row][column].text; };
  std::ranges::sort(order, {}, text_of);
  std::vector<std::optional<std::size_t>> differing(rows.size());
  for (std::size_t i = 1; i < order.size(); ++i) {
    const auto [left, right] = std::pair{text_of(order[i - 1]), text_of(order[i])};
    if (left == right) continue;  // no part of them distinguishes them
    const auto differ = std::ranges::mismatch(left, right);
    const auto length = static_cast<std::size_t>(differ.in1 - left.begin());
    for (const std::size_t row : {order[i - 1], order[i]}) {
      differing[row] = std::max(differing[row].value_or(0), length);
    }
  }
  return differing;
}

std::string_view ellipsis_of(base::Charset charset) { return charset == base::Charset::unicode ? "…" : ".."; }

void write_row(std::ostream& out, const TextRow& cells, const std::vector<std::size_t>& widths) {
  const auto last =
      std::ranges::find_if(cells.rbegin(), cells.rend(), [](const TextCell& cell) { return !cell.text.empty(); });
  const auto end = static_cast<std::size_t>(std::distance(last, cells.rend()));
  for (std::size_t i = 0; i < end; ++i) {
    const auto& [text, before, after] = cells[i];
    out << before << text << after;
    if (i + 1 < end) out << std::string(widths[i] - base::display_width(text) + between_columns, ' ');
  }
  out << '\n';
}

void write_table(std::ostream& out, const std::vector<TextColumn>& columns, const std::vector<TextRow>& rows,
                 const Layout& layout, base::Charset charset) {
  std::vector<TextRow> shown(rows.size() + 1);  // the first row holds the titles
  for (std::size_t i = 0; i < layout.shown.size(); ++i) {
    const std::size_t column = layout.shown[i];
    shown.front().push_back({columns[column].title});
    const auto differing = differing_bytes(rows, column);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      TextCell cell = rows[row][column];
      cell.text = base::shortened(cell.text, layout.widths[i], ellipsis_of(charset), differing[row]);
      shown[row + 1].push_back(std::move(cell));
    }
  }
  for (const TextRow& row : shown) write_row(out, row, layout.widths);
}

void write_dropped(std::ostream& out, const std::vector<TextColumn>& columns, const Layout& layout, std::size_t width) {
  std::string titles;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (std::ranges::find(layout.shown, i) != layout.shown.end()) continue;
    titles += (titles.empty() ? "" : ", ") + columns[i].title;
  }
  if (titles.empty()) return;
  write_wrapped(out, "Not shown at this width: " + titles + "; --format json shows all.", 0, 0, width);
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

/// The longest part of a long word that ends with a comma or, in a word without commas, with a backslash, and fits into
/// `room`; empty: there is none. In a distinguished name, a backslash begins an escape.
std::string_view head_of(std::string_view word, std::size_t room) {
  constexpr std::size_t long_word = 24;
  if (base::display_width(word) < long_word) return {};
  const char separator = word.find(',') == std::string_view::npos ? '\\' : ',';
  std::string_view head = word;
  do {
    const auto last = head.rfind(separator, head.size() - 2);
    head = last == std::string_view::npos ? std::string_view() : head.substr(0, last + 1);
  } while (head.size() > 1 && base::display_width(head) > room);
  return base::display_width(head) <= room ? head : std::string_view();
}

}  // namespace

void write_columns(std::ostream& out, const std::vector<TextColumn>& columns, const std::vector<TextRow>& rows,
                   std::size_t width, base::Charset charset) {
  if (const auto layout = layout_for(columns, rows, width)) {
    write_table(out, columns, rows, *layout, charset);
    write_dropped(out, columns, *layout, width);
    return;
  }
  for (const TextRow& row : rows) write_stacked(out, columns, row, width, charset);
}

void write_wrapped(std::ostream& out, std::string_view safe, std::size_t column, std::size_t indent, std::size_t width,
                   LongWords long_words) {
  std::size_t at = column;
  bool first_on_line = true;
  const auto break_line = [&] {
    out << '\n' << std::string(indent, ' ');
    at = indent;
    first_on_line = true;
  };
  while (!safe.empty()) {
    std::size_t end = std::min(safe.find(' '), safe.size());
    if (safe.substr(end).starts_with(" %")) end = std::min(safe.find(' ', end + 1), safe.size());
    const std::string_view word = safe.substr(0, end);
    const std::size_t begin = at + (first_on_line ? 0 : 1);
    const bool fits = width == 0 || begin + base::display_width(word) <= width;
    const bool whole = fits || long_words == LongWords::whole;
    const std::string_view head = whole ? std::string_view() : head_of(word, width - std::min(begin, width));
    if (!fits && head.empty() && !first_on_line) {
      break_line();
      continue;
    }
    const std::string_view written = head.empty() ? word : head;
    if (!first_on_line) out << ' ';
    out << written;
    at = begin + base::display_width(written);
    first_on_line = false;
    safe.remove_prefix(head.empty() ? std::min(end + 1, safe.size()) : head.size());
    if (!head.empty()) break_line();
  }
  out << '\n';
}

}  // namespace casweep::report
