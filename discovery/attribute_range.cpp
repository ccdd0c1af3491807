// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/attribute_range_internal.h"

#include <cstddef>

#include "base/ascii_case.h"
#include "base/decimal.h"

namespace casweep::discovery {

std::optional<AttributeRange> parse_attribute_range(std::string_view description) {
  constexpr std::string_view option = ";range=";
  const auto semicolon = description.find(';');
  if (semicolon == std::string_view::npos || semicolon == 0) return std::nullopt;
  const auto options = description.substr(semicolon);
  // Options compare without case (RFC 4512 2.5.2).
  if (!base::starts_with_but_for_case(options, option)) return std::nullopt;
  const auto range = options.substr(option.size());
  const auto hyphen = range.find('-');
  if (hyphen == std::string_view::npos) return std::nullopt;

  const auto first = base::parse_decimal<std::size_t>(range.substr(0, hyphen));
  const auto end = range.substr(hyphen + 1);
  if (!first) return std::nullopt;
  AttributeRange parsed{.type = std::string(description.substr(0, semicolon)), .first = *first, .last = std::nullopt};
  if (end == "*") return parsed;
  parsed.last = base::parse_decimal<std::size_t>(end);
  if (!parsed.last || *parsed.last < *first) return std::nullopt;
  return parsed;
}

}  // namespace casweep::discovery
