// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "assess/reason.h"

namespace casweep::report {

/// How a verdict looks to a person: never a colour or a glyph alone.
struct VerdictLook {
  std::string_view words;
  std::string_view glyph;
  std::string_view letter;  ///< the glyph for a terminal without Unicode
  std::string_view colour;  ///< SGR ([ECMA-48] 8.3.117)
};

[[nodiscard]] VerdictLook look_of(assess::Verdict verdict);

}  // namespace casweep::report
