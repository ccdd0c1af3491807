// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "discovery/extended_name_internal.h"

namespace casweep::discovery {

namespace {

/// Removes "<KEY=value>;" from the front of `text`; nullopt if `text` does not start with it.
std::optional<std::string_view> take_component(std::string_view& text, std::string_view key) {
  if (!text.starts_with('<') || !text.substr(1).starts_with(key) || !text.substr(1 + key.size()).starts_with('=')) {
    return std::nullopt;
  }
  const auto end = text.find(">;");
  if (end == std::string_view::npos) return std::nullopt;
  const auto value = text.substr(key.size() + 2, end - key.size() - 2);
  text.remove_prefix(end + 2);
  return value;
}

}  // namespace

ExtendedName parse_extended_name(std::string_view text) {
  ExtendedName name;
  if (const auto guid = take_component(text, "GUID")) name.object_guid = base::ObjectGuid::from_string(*guid);
  if (const auto sid = take_component(text, "SID"); sid && is_sid(*sid)) name.sid = *sid;
  name.distinguished_name = text;
  return name;
}

bool is_sid(std::string_view text) {
  constexpr std::string_view revision = "S-1-";
  constexpr std::size_t longest = 184;  // 15 sub-authorities of ten digits
  if (!text.starts_with(revision) || text.size() > longest) return false;
  bool after_digit = false;
  for (const char character : text.substr(revision.size())) {
    const bool digit = character >= '0' && character <= '9';
    if (!digit && (character != '-' || !after_digit)) return false;
    after_digit = digit;
  }
  return after_digit;
}

}  // namespace casweep::discovery
