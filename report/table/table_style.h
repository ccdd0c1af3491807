// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "base/terminal_text.h"

namespace casweep::report {

struct TableStyle {
  bool colour = false;
  bool unicode = true;      ///< glyphs; otherwise plain letters
  std::size_t columns = 0;  ///< terminal width to fit into; 0: unlimited
};

[[nodiscard]] inline base::Charset charset_of(const TableStyle& style) {
  return style.unicode ? base::Charset::unicode : base::Charset::ascii;
}

}  // namespace casweep::report
