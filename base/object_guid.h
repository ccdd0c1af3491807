// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace casweep::base {

/// objectGUID ([MS-ADA3] 2.44): the identity of a directory object that survives renames and moves.
class ObjectGuid {
 public:
  /// The 16 bytes of the attribute in the order the directory sends them ([MS-DTYP] 2.3.4.2), or nullopt.
  [[nodiscard]] static std::optional<ObjectGuid> from_octets(std::span<const std::uint8_t> octets);

  /// "8b1e0c52-…" in either case, without braces ([MS-DTYP] 2.3.4.3), or nullopt.
  [[nodiscard]] static std::optional<ObjectGuid> from_string(std::string_view text);

  /// The text form in lower case, without braces: 36 characters.
  [[nodiscard]] std::string to_string() const;

  [[nodiscard]] const std::array<std::uint8_t, 16>& octets() const { return octets_; }

  auto operator<=>(const ObjectGuid&) const = default;

 private:
  explicit ObjectGuid(const std::array<std::uint8_t, 16>& octets) : octets_(octets) {}

  std::array<std::uint8_t, 16> octets_;
};

/// The name to show for an object: its name, or its objectGUID if it has no name. Foreign text.
[[nodiscard]] std::string name_or_guid(std::string_view name, const ObjectGuid& object_guid);

}  // namespace casweep::base
