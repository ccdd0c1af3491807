// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json/json_text.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "base/terminal_text.h"
#include "base/utf8.h"

namespace casweep::report {
namespace {

/// Writes the library's dump with `margin` spaces after each line break.
void write_visibly(std::ostream& out, std::string_view dumped, std::size_t margin = 0) {
  std::string safe;
  safe.reserve(dumped.size());
  while (!dumped.empty()) {
    const std::string_view before = dumped;
    // Everything that is not plain ASCII is inside a string: the library has escaped C0 characters and made the line
    // breaks.
    const char32_t code_point = base::take_code_point(dumped).value_or(U'�');
    if (code_point == U'\n') {
      safe.append(1, '\n').append(margin, ' ');
    } else if (base::is_visible(code_point)) {
      safe += before.substr(0, before.size() - dumped.size());
    } else if (code_point <= 0xffff) {
      fmt::format_to(std::back_inserter(safe), "\\u{:04x}", static_cast<unsigned>(code_point));
    } else {  // RFC 8259 7: a surrogate pair
      const auto offset = static_cast<unsigned>(code_point) - 0x10000U;
      fmt::format_to(std::back_inserter(safe), "\\u{:04x}\\u{:04x}", 0xd800U + (offset >> 10U),
                     0xdc00U + (offset & 0x3ffU));
    }
  }
  out << safe;
}

}  // namespace

nlohmann::ordered_json text_or_null(std::string_view foreign) {
  if (foreign.empty()) return nullptr;
  return base::valid_utf8(foreign);
}

nlohmann::ordered_json parsed_json(std::string_view text) {
  using nlohmann::ordered_json;
  constexpr int deepest = 16;
  struct TooDeep {};
  const auto shallow = [](int depth, ordered_json::parse_event_t, ordered_json&) {
    if (depth > deepest) throw TooDeep{};
    return true;
  };
  try {
    return ordered_json::parse(text, shallow, false);
  } catch (const TooDeep&) {
    return ordered_json::value_t::discarded;
  }
}

void write_json(std::ostream& out, const nlohmann::ordered_json& document) {
  write_visibly(out, document.dump(2));
  out << '\n';
}

void write_json_line(std::ostream& out, const nlohmann::ordered_json& document) {
  write_visibly(out, document.dump());
  out << '\n';
}

JsonArrayWriter::JsonArrayWriter(std::ostream& out, const nlohmann::ordered_json& head, std::string_view name)
    : out_(out) {
  std::string dumped = head.dump(2);
  dumped.resize(dumped.size() - std::string_view("\n}").size());
  write_visibly(out_, dumped);
  out_ << ",\n  \"" << name << "\": [";
}

void JsonArrayWriter::add(const nlohmann::ordered_json& item) {
  out_ << (empty_ ? "\n    " : ",\n    ");
  write_visibly(out_, item.dump(2), 4);
  empty_ = false;
}

void JsonArrayWriter::finish() { out_ << (empty_ ? "]\n}\n" : "\n  ]\n}\n"); }

}  // namespace casweep::report
