// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/sanitized_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/ascii_case.h"
#include "base/utf16.h"

namespace casweep::assess {
namespace {

constexpr std::size_t kept_length = 51;
constexpr std::size_t escape_length = 5;  // "!00e9"

constexpr bool is_plain(char16_t c) {
  constexpr std::u16string_view escaped = u"!\"#%&'()*+,/:;<=>?[\\]^`{|}";
  return c >= 0x20 && c < 0x7F && escaped.find(c) == std::u16string_view::npos;
}

}  // namespace

std::optional<std::string> sanitize(std::string_view common_name) {
  const auto utf16 = base::to_utf16(common_name);
  if (!utf16) return std::nullopt;
  std::string sanitized;
  for (const char16_t c : *utf16) {
    if (is_plain(c)) {
      sanitized.push_back(static_cast<char>(c));
    } else {
      sanitized += fmt::format("!{:04x}", static_cast<unsigned>(c));
    }
  }
  return sanitized;
}

std::string sanitized_short_name(std::string_view sanitized_name) {
  if (sanitized_name.size() <= kept_length) return std::string(sanitized_name);
  std::string_view base = sanitized_name.substr(0, kept_length);
  // A plain '!' never stands in a sanitized name, so the last one starts an escape; half of it goes to the hash.
  if (const auto escape = base.rfind('!'); escape != std::string_view::npos && escape + escape_length > kept_length) {
    base = base.substr(0, escape);
  }
  std::uint16_t hash = 0;
  for (const char c : sanitized_name.substr(base.size())) {
    const int carried = (hash & 0x8000) != 0 ? 1 : 0;
    hash = static_cast<std::uint16_t>(((hash << 1) | carried) + static_cast<unsigned char>(c));
  }
  return fmt::format("{}-{:05}", base, hash);
}

bool same_sanitized_name(std::string_view left, std::string_view right) { return base::same_but_for_case(left, right); }

}  // namespace casweep::assess
