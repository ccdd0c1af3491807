// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casweep::base {

/// Bytes as they came from the directory or the registry (an LDAP OctetString, a registry value's data).
using Octets = std::vector<std::uint8_t>;

/// Lower-case hexadecimal, two digits a byte, no separators.
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> octets);

/// The bytes that `hex` spells: an even number of digits in either case and nothing else, or nullopt.
[[nodiscard]] std::optional<Octets> from_hex(std::string_view hex);

}  // namespace casweep::base
