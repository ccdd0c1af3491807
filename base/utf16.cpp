// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf16.h"

#include <cstddef>

#include "base/utf8.h"

namespace casweep::base {
namespace {

constexpr char32_t replacement = 0xFFFD;

constexpr bool is_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDFFF; }
constexpr bool is_high_surrogate(char16_t c) { return c >= 0xD800 && c <= 0xDBFF; }
constexpr bool is_low_surrogate(char16_t c) { return c >= 0xDC00 && c <= 0xDFFF; }

}  // namespace

std::optional<std::u16string> to_utf16(std::string_view utf8) {
  std::u16string utf16;
  utf16.reserve(utf8.size());
  while (!utf8.empty()) {
    const auto c = take_code_point(utf8);
    if (!c) return std::nullopt;
    if (*c < 0x10000) {
      utf16.push_back(static_cast<char16_t>(*c));
    } else {
      utf16.push_back(static_cast<char16_t>(0xD800 + ((*c - 0x10000) >> 10)));
      utf16.push_back(static_cast<char16_t>(0xDC00 + ((*c - 0x10000) & 0x3FF)));
    }
  }
  return utf16;
}

std::string to_utf8(std::u16string_view utf16) {
  std::string utf8;
  utf8.reserve(utf16.size());
  for (std::size_t i = 0; i < utf16.size(); ++i) {
    const char16_t unit = utf16[i];
    if (is_high_surrogate(unit) && i + 1 < utf16.size() && is_low_surrogate(utf16[i + 1])) {
      append_code_point(utf8, 0x10000 + ((char32_t{unit} - 0xD800) << 10) + (char32_t{utf16[i + 1]} - 0xDC00));
      ++i;
    } else {
      append_code_point(utf8, is_surrogate(unit) ? replacement : char32_t{unit});
    }
  }
  return utf8;
}

}  // namespace casweep::base
