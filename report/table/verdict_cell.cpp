// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/verdict_cell.h"

#include <fmt/format.h>

#include "report/words/verdict_look.h"

namespace casweep::report {

TextCell verdict_cell(assess::Verdict verdict, const TableStyle& style) {
  const VerdictLook look = look_of(verdict);
  TextCell cell{fmt::format("{} {}", style.unicode ? look.glyph : look.letter, look.words)};
  if (style.colour) cell.before = look.colour, cell.after = "\x1b[0m";
  return cell;
}

}  // namespace casweep::report
