// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/attribute_range_internal.h"

#include <strings.h>

#include <charconv>

namespace casweep::discovery {

namespace {

std::optional<std::size_t> parse_index(std::string_view text) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return index;
}

}  // namespace

std::optional<AttributeRange> parse_attribute_range(std::string_view description) {
  constexpr std::string_view option = ";range=";
  const auto semicolon = description.find(';');
  if (semicolon == std::string_view::npos || semicolon == 0) return std::nullopt;
  const auto options = description.substr(semicolon);
  // Options compare without case (RFC 4512 2.5.2).
  if (options.size() < option.size() || strncasecmp(options.data(), option.data(), option.size()) != 0) {
    return std::nullopt;
  }
  const auto range = options.substr(option.size());
  const auto hyphen = range.find('-');
  if (hyphen == std::string_view::npos) return std::nullopt;

  const auto first = parse_index(range.substr(0, hyphen));
  const auto end = range.substr(hyphen + 1);
  if (!first) return std::nullopt;
  AttributeRange parsed{.type = std::string(description.substr(0, semicolon)), .first = *first, .last = std::nullopt};
  if (end == "*") return parsed;
  parsed.last = parse_index(end);
  if (!parsed.last || *parsed.last < *first) return std::nullopt;
  return parsed;
}

}  // namespace casweep::discovery
