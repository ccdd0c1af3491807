// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/trend_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/terminal_text.h"
#include "report/table/table_style.h"
#include "report/words/dates.h"
#include "report/words/trend_column.h"

namespace casweep::report {
namespace {

using history::ScanHeadline;

constexpr std::size_t height = 10;
constexpr std::size_t axis = 7;          // "100 % |"
constexpr std::size_t usual_width = 80;  // of a terminal, and of a page
constexpr std::size_t widest_column = 4;

struct Marks {
  std::string_view compliant;
  std::string_view mitigated;
  std::string_view not_enforced;
  std::string_view unknown;
  std::string_view wall;
  std::string_view corner;
  std::string_view floor;
};

constexpr Marks unicode_marks{"█", "▒", "×", "?", "│", "└", "─"};
constexpr Marks ascii_marks{"#", "+", "x", "?", "|", "+", "-"};

/// The mark in row `row` (0: the lowest) of a column that stands for all CAs.
std::string_view mark_at(const ScanHeadline& scan, std::size_t row, const Marks& marks) {
  // Rounded down, like every percentage: the top row is compliant only if all CAs are.
  const auto rows = [&](std::size_t count) { return count * height / scan.discovered; };
  const std::size_t compliant = scan.compliant();
  const std::size_t protected_too = compliant + scan.mitigated;
  const std::size_t known = protected_too + scan.open_not_enforced();
  if (row < rows(compliant)) return marks.compliant;
  if (row < rows(protected_too)) return marks.mitigated;
  // CAs that do not enforce encryption are never rounded away.
  const bool some_not_enforced = scan.open_not_enforced() > 0;
  if (some_not_enforced && row < std::max(rows(known), rows(protected_too) + 1)) return marks.not_enforced;
  return scan.open_unknown() > 0 ? marks.unknown : some_not_enforced ? marks.not_enforced : marks.mitigated;
}

/// The legend, on as many lines as `width` requires.
void write_legend(std::ostream& out, const Marks& marks, std::span<const TrendColumn> columns, std::size_t width) {
  std::vector<std::string> entries;
  for (const auto& [mark, meaning] : {std::pair{marks.compliant, "compliant"},
                                      {marks.mitigated, "mitigated"},
                                      {marks.not_enforced, "not enforced"},
                                      {marks.unknown, "unknown"}}) {
    entries.push_back(fmt::format("{} {}", mark, meaning));
  }
  for (const auto& [letter, meaning] : letters_of(columns))
    entries.push_back(fmt::format("{} {} scan", letter, meaning));
  std::size_t at = 0;
  for (const std::string& entry : entries) {
    const std::string_view between = "  ";
    if (at == 0 || at + between.size() + base::display_width(entry) > width) {
      out << (at == 0 ? "" : "\n") << std::string(axis, ' ');
      at = axis;
    } else {
      out << between;
      at += between.size();
    }
    out << entry;
    at += base::display_width(entry);
  }
  out << '\n';
}

std::string first_day(const TrendColumn& column) { return short_date(column.first); }

/// The days of some columns, below them: the first and the last one, and others where there is room.
void write_dates(std::ostream& out, std::span<const TrendColumn> columns, std::size_t each) {
  constexpr std::size_t between = 3;
  const std::size_t drawn = columns.size() * each;
  const std::string last = short_date(columns.back().last);
  std::string line = std::string(axis, ' ') + first_day(columns.front());
  const std::size_t last_at = axis + drawn - std::min(drawn, last.size());
  if (last_at < line.size() + 1) {
    out << line << (columns.size() == 1 && first_day(columns.front()) == last ? "" : " to " + last) << '\n';
    return;
  }
  for (std::size_t i = 1; i < columns.size(); ++i) {
    const std::size_t at = axis + i * each;
    if (at < line.size() + between || at + last.size() + between > last_at) continue;
    line += std::string(at - line.size(), ' ') + first_day(columns[i]);
  }
  out << line << std::string(last_at - line.size(), ' ') << last << '\n';
}

void repeat(std::ostream& out, std::string_view mark, std::size_t times) {
  for (; times > 0; --times) out << mark;
}

}  // namespace

void write_trend_chart(std::ostream& out, std::span<const ScanHeadline> scans, const TableStyle& style) {
  const auto days = history::scan_days(scans);
  if (days.empty()) return;
  const Marks& marks = style.unicode ? unicode_marks : ascii_marks;
  const std::size_t width = std::max<std::size_t>(style.columns == 0 ? usual_width : style.columns, axis + 10) - axis;
  const auto columns = trend_columns(days, width);
  const std::size_t each = std::clamp<std::size_t>(width / columns.size(), 1, widest_column);

  for (std::size_t row = height; row-- > 0;) {
    const std::size_t percent = (row + 1) * 100 / height;
    out << (row % 2 == 1 ? fmt::format("{:>3} % ", percent) : std::string(axis - 1, ' ')) << marks.wall;
    for (const TrendColumn& column : columns) {
      repeat(out, column.drawn != nullptr ? mark_at(*column.drawn, row, marks) : " ", each);
    }
    out << '\n';
  }
  out << std::string(axis - 1, ' ') << marks.corner;
  repeat(out, marks.floor, columns.size() * each);
  out << '\n';
  if (std::ranges::any_of(columns, [](const TrendColumn& column) { return letter_of(column) != ' '; })) {
    out << std::string(axis, ' ');
    for (const TrendColumn& column : columns) out << letter_of(column) << std::string(each - 1, ' ');
    out << '\n';
  }
  write_dates(out, columns, each);
  write_legend(out, marks, columns, axis + width);
}

}  // namespace casweep::report
