// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/verdict_cell.h"

#include <fmt/format.h>

namespace casweep::report {

using assess::Verdict;

VerdictLook look_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::enforced:
      return {"enforced", "✓", "+", "\x1b[32m"};
    case Verdict::not_enforced:
      return {"not enforced", "✗", "x", "\x1b[31m"};
    case Verdict::not_exposed:
      return {"not exposed", "○", "o", "\x1b[36m"};
    case Verdict::unknown:
      break;
  }
  return {"unknown", "?", "?", "\x1b[33m"};
}

base::Charset charset_of(const TableStyle& style) {
  return style.unicode ? base::Charset::unicode : base::Charset::ascii;
}

TextCell verdict_cell(Verdict verdict, const TableStyle& style) {
  const VerdictLook look = look_of(verdict);
  TextCell cell{fmt::format("{} {}", style.unicode ? look.glyph : look.letter, look.words)};
  if (style.colour) cell.before = look.colour, cell.after = "\x1b[0m";
  return cell;
}

std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace casweep::report
