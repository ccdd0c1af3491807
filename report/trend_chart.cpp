// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/trend_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "report/event_text.h"

namespace casweep::report {
namespace {

using store::ScanHeadline;
using store::ScanState;

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

/// One column: the scan it draws, if any of its scans is complete, and the letter of the last that is not.
struct Column {
  const ScanHeadline* drawn = nullptr;
  char incomplete = ' ';
};

char letter_of(ScanState state) {
  switch (state) {
    case ScanState::complete:
      return ' ';
    case ScanState::partial:
      return 'p';
    case ScanState::interrupted:
      return 'i';
    case ScanState::failed:
      return 'f';
    case ScanState::running:
      return 'r';
  }
  return ' ';
}

std::vector<Column> columns_of(std::span<const ScanHeadline> scans, std::size_t most) {
  std::vector<Column> columns(std::min(scans.size(), most));
  for (std::size_t i = 0; i < scans.size(); ++i) {
    Column& column = columns[i * columns.size() / scans.size()];
    if (scans[i].speaks_of_forest()) {
      column.drawn = &scans[i];
    } else {
      column.incomplete = letter_of(scans[i].state);
    }
  }
  return columns;
}

/// What stands in row `row` (0: the lowest) of a stack of all CAs.
std::string_view mark_at(const ScanHeadline& scan, std::size_t row, const Marks& marks) {
  // Rounded down, as every share is: the topmost row is only compliant if all are.
  const auto rows = [&](std::size_t count) { return count * height / scan.discovered; };
  const std::size_t compliant = scan.compliant();
  const std::size_t protected_too = compliant + scan.mitigated;
  const std::size_t known = scan.assessed();
  if (row < rows(compliant)) return marks.compliant;
  if (row < rows(protected_too)) return marks.mitigated;
  // What is not enforced is never rounded away.
  const bool some_not_enforced = scan.not_enforced > scan.mitigated;
  if (some_not_enforced && row < std::max(rows(known), rows(protected_too) + 1)) return marks.not_enforced;
  return known < scan.discovered ? marks.unknown : some_not_enforced ? marks.not_enforced : marks.mitigated;
}

void repeat(std::ostream& out, std::string_view mark, std::size_t times) {
  for (; times > 0; --times) out << mark;
}

}  // namespace

void write_trend_chart(std::ostream& out, std::span<const ScanHeadline> scans, const TableStyle& style) {
  if (scans.empty()) return;
  const Marks& marks = style.unicode ? unicode_marks : ascii_marks;
  const std::size_t width = std::max<std::size_t>(style.columns == 0 ? usual_width : style.columns, axis + 10) - axis;
  const auto columns = columns_of(scans, width);
  const std::size_t each = std::clamp<std::size_t>(width / columns.size(), 1, widest_column);

  for (std::size_t row = height; row-- > 0;) {
    const std::size_t percent = (row + 1) * 100 / height;
    out << (row % 2 == 1 ? fmt::format("{:>3} % ", percent) : std::string(axis - 1, ' ')) << marks.wall;
    for (const Column& column : columns) {
      repeat(out, column.drawn != nullptr ? mark_at(*column.drawn, row, marks) : " ", each);
    }
    out << '\n';
  }
  out << std::string(axis - 1, ' ') << marks.corner;
  repeat(out, marks.floor, columns.size() * each);
  out << '\n';
  if (std::ranges::any_of(columns, [](const Column& column) { return column.incomplete != ' '; })) {
    out << std::string(axis, ' ');
    for (const Column& column : columns) out << column.incomplete << std::string(each - 1, ' ');
    out << '\n';
  }
  const std::string first = short_time(scans.front().started_at).substr(0, 10);
  const std::string last = short_time(scans.back().started_at).substr(0, 10);
  const std::size_t drawn = columns.size() * each;
  out << std::string(axis, ' ') << first;
  if (drawn >= first.size() + last.size() + 1) {
    out << std::string(drawn - first.size() - last.size(), ' ') << last;
  } else {
    out << " to " << last;
  }
  out << '\n'
      << std::string(axis, ' ')
      << fmt::format("{} compliant  {} protected otherwise  {} not enforced  {} unknown\n", marks.compliant,
                     marks.mitigated, marks.not_enforced, marks.unknown);
}

}  // namespace casweep::report
