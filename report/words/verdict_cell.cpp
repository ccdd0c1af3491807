// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/verdict_cell.h"

#include <fmt/format.h>

namespace casweep::report {

using assess::Outcome;

OutcomeLook look_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::enforced:
      return {"enforced", "✓", "+", "\x1b[32m"};
    case Outcome::not_enforced:
      return {"not enforced", "✗", "x", "\x1b[31m"};
    case Outcome::not_exposed:
      return {"not exposed", "○", "o", "\x1b[36m"};
    case Outcome::unknown:
      break;
  }
  return {"unknown", "?", "?", "\x1b[33m"};
}

base::Charset charset_of(const TableStyle& style) {
  return style.unicode ? base::Charset::unicode : base::Charset::ascii;
}

TextCell verdict_cell(Outcome outcome, const TableStyle& style) {
  const OutcomeLook look = look_of(outcome);
  TextCell cell{fmt::format("{} {}", style.unicode ? look.glyph : look.letter, look.words)};
  if (style.colour) cell.before = look.colour, cell.after = "\x1b[0m";
  return cell;
}

std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace casweep::report
