// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/verdict_cell.h"

#include <fmt/format.h>

namespace casweep::report {
namespace {

using assess::Outcome;

/// A verdict for a person: never by colour or by glyph alone.
struct OutcomeLook {
  std::string_view words;
  std::string_view glyph;
  std::string_view letter;  ///< the glyph of a terminal without Unicode
  std::string_view colour;  ///< SGR ([ECMA-48] 8.3.117)
};

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

}  // namespace

Charset charset_of(const TableStyle& style) { return style.unicode ? Charset::unicode : Charset::ascii; }

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
