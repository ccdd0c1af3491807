// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "assess/reason.h"
#include "base/terminal_text.h"
#include "report/table/scan_table.h"
#include "report/table/text_columns.h"

namespace casweep::report {

[[nodiscard]] base::Charset charset_of(const TableStyle& style);

/// A verdict for a person: never by colour or by glyph alone.
struct VerdictLook {
  std::string_view words;
  std::string_view glyph;
  std::string_view letter;  ///< the glyph of a terminal without Unicode
  std::string_view colour;  ///< SGR ([ECMA-48] 8.3.117)
};

[[nodiscard]] VerdictLook look_of(assess::Verdict verdict);

/// A verdict for a person: a word and a glyph, never colour alone.
[[nodiscard]] TextCell verdict_cell(assess::Verdict verdict, const TableStyle& style);

/// "3 CAs".
[[nodiscard]] std::string plural(std::size_t count, std::string_view noun);

}  // namespace casweep::report
