// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/object_guid.h"

#include <algorithm>

#include "base/octets.h"

namespace casweep::base {

namespace {

/// Where each byte of the text form stands on the wire: the first three fields are little-endian integers
/// ([MS-DTYP] 2.3.4), the last eight bytes are not.
constexpr std::array<std::size_t, 16> wire_index = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

/// Places of the four hyphens in the text form.
constexpr std::array<std::size_t, 4> hyphens = {8, 13, 18, 23};

}  // namespace

std::optional<ObjectGuid> ObjectGuid::from_octets(std::span<const std::uint8_t> octets) {
  std::array<std::uint8_t, 16> guid{};
  if (octets.size() != guid.size()) return std::nullopt;
  std::ranges::copy(octets, guid.begin());
  return ObjectGuid(guid);
}

std::optional<ObjectGuid> ObjectGuid::from_string(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string digits(text);
  for (auto hyphen = hyphens.rbegin(); hyphen != hyphens.rend(); ++hyphen) {
    if (digits[*hyphen] != '-') return std::nullopt;
    digits.erase(*hyphen, 1);
  }
  const auto octets = from_hex(digits);
  if (!octets) return std::nullopt;
  std::array<std::uint8_t, 16> guid{};
  for (std::size_t i = 0; i < guid.size(); ++i) guid[wire_index[i]] = (*octets)[i];
  return ObjectGuid(guid);
}

std::string ObjectGuid::to_string() const {
  std::array<std::uint8_t, 16> in_text_order{};
  for (std::size_t i = 0; i < in_text_order.size(); ++i) in_text_order[i] = octets_[wire_index[i]];
  std::string text = to_hex(in_text_order);
  for (const std::size_t hyphen : hyphens) text.insert(hyphen, 1, '-');
  return text;
}

std::string name_or_guid(std::string_view name, const ObjectGuid& object_guid) {
  return name.empty() ? object_guid.to_string() : std::string(name);
}

}  // namespace casweep::base
