// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string_view>

// Names, whatever the locale says: in Turkish, toupper('i') is no 'I', and strcasecmp follows it.
namespace casweep::base {

/// A to Z in lower case, everything else as it is.
[[nodiscard]] constexpr char ascii_lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// a to z in upper case, everything else as it is.
[[nodiscard]] constexpr char ascii_upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

/// The same but for the case of A to Z, as DNS compares names (RFC 4343).
[[nodiscard]] constexpr bool same_but_for_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, ascii_lower, ascii_lower);
}

[[nodiscard]] constexpr bool starts_with_but_for_case(std::string_view text, std::string_view start) {
  return same_but_for_case(text.substr(0, start.size()), start);
}

}  // namespace casweep::base
