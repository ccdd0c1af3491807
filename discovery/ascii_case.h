// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace casweep::discovery {

/// A to Z in lower case, everything else as it is, whatever the locale says.
[[nodiscard]] constexpr char ascii_lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

}  // namespace casweep::discovery
