// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json_text.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "report/terminal_text.h"
#include "report/utf8.h"

namespace casweep::report {

nlohmann::ordered_json text_or_null(std::string_view foreign) {
  if (foreign.empty()) return nullptr;
  return valid_utf8(foreign);
}

void write_json(std::ostream& out, const nlohmann::ordered_json& document) {
  const std::string dumped = document.dump(2);
  std::string_view rest = dumped;
  std::string safe;
  safe.reserve(dumped.size() + 1);
  while (!rest.empty()) {
    const std::string_view before = rest;
    // Whatever is not plain ASCII stands inside a string: the library has escaped C0, and made the line breaks.
    const char32_t code_point = take_code_point(rest).value_or(U'�');
    if (code_point == U'\n' || is_visible(code_point)) {
      safe += before.substr(0, before.size() - rest.size());
    } else if (code_point <= 0xffff) {
      fmt::format_to(std::back_inserter(safe), "\\u{:04x}", static_cast<unsigned>(code_point));
    } else {  // RFC 8259 7: a surrogate pair
      const auto offset = static_cast<unsigned>(code_point) - 0x10000U;
      fmt::format_to(std::back_inserter(safe), "\\u{:04x}\\u{:04x}", 0xd800U + (offset >> 10U),
                     0xdc00U + (offset & 0x3ffU));
    }
  }
  out << safe << '\n';
}

}  // namespace casweep::report
