// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <string_view>

// Case of names, independent of the locale: in Turkish, toupper('i') is not 'I', and strcasecmp follows the locale.
namespace casweep::base {

/// A to Z in lower case, everything else unchanged.
[[nodiscard]] constexpr char ascii_lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// a to z in upper case, everything else unchanged.
[[nodiscard]] constexpr char ascii_upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

[[nodiscard]] constexpr bool is_ascii_letter(char character) {
  const char letter = ascii_lower(character);
  return letter >= 'a' && letter <= 'z';
}

[[nodiscard]] constexpr bool is_ascii_digit(char character) { return character >= '0' && character <= '9'; }

/// Whether the two are equal without regard to the case of A to Z, as DNS compares names (RFC 4343).
[[nodiscard]] constexpr bool same_but_for_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, ascii_lower, ascii_lower);
}

[[nodiscard]] constexpr bool starts_with_but_for_case(std::string_view text, std::string_view start) {
  return same_but_for_case(text.substr(0, start.size()), start);
}

}  // namespace casweep::base
