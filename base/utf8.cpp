// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf8.h"

#include <utf8proc.h>

#include <array>
#include <cstddef>

namespace casweep::base {

std::optional<char32_t> take_code_point(std::string_view& rest) {
  utf8proc_int32_t code_point = 0;
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(rest.data()),
                                       static_cast<utf8proc_ssize_t>(rest.size()), &code_point);
  if (length <= 0) {
    rest.remove_prefix(1);
    return std::nullopt;
  }
  rest.remove_prefix(static_cast<std::size_t>(length));
  return static_cast<char32_t>(code_point);
}

void append_code_point(std::string& text, char32_t code_point) {
  std::array<utf8proc_uint8_t, 4> octets{};
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), octets.data());
  text.append(reinterpret_cast<const char*>(octets.data()), static_cast<std::size_t>(length));
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (!take_code_point(text)) return false;
  }
  return true;
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
