// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf8.h"

#include <cstddef>

namespace casweep::base {

std::optional<char32_t> take_code_point(std::string_view& rest) {
  const auto first = static_cast<unsigned char>(rest.front());
  std::size_t length = 1;
  char32_t code_point = first;
  char32_t lowest = 0;  // of those that need this many bytes: anything below is overlong
  if (first >= 0xf0 && first <= 0xf4) {
    length = 4, code_point = first & 0x07U, lowest = 0x10000;
  } else if (first >= 0xe0 && first < 0xf0) {
    length = 3, code_point = first & 0x0fU, lowest = 0x800;
  } else if (first >= 0xc0 && first < 0xe0) {
    length = 2, code_point = first & 0x1fU, lowest = 0x80;
  }

  bool well_formed = (first < 0x80 || length > 1) && rest.size() >= length;
  for (std::size_t i = 1; well_formed && i < length; ++i) {
    const auto next = static_cast<unsigned char>(rest[i]);
    well_formed = (next & 0xc0U) == 0x80;
    code_point = (code_point << 6U) | (next & 0x3fU);
  }
  const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  if (!well_formed || code_point < lowest || code_point > 0x10ffff || surrogate) {
    rest.remove_prefix(1);
    return std::nullopt;
  }
  rest.remove_prefix(length);
  return code_point;
}

std::string valid_utf8(std::string_view foreign) {
  std::string valid;
  valid.reserve(foreign.size());
  while (!foreign.empty()) {
    const std::string_view before = foreign;
    if (take_code_point(foreign)) {
      valid += before.substr(0, before.size() - foreign.size());
    } else {
      valid += "\xef\xbf\xbd";
    }
  }
  return valid;
}

}  // namespace casweep::base
