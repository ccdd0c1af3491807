// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace casweep::assess {

/// Bits of InterfaceFlags ([MS-CSRA] 3.1.4.2.14, GetConfigEntry).
enum : std::uint32_t {
  IF_LOCKICERTREQUEST = 0x0001,
  IF_NOREMOTEICERTREQUEST = 0x0002,
  IF_NOLOCALICERTREQUEST = 0x0004,
  IF_NORPCICERTREQUEST = 0x0008,
  IF_NOREMOTEICERTADMIN = 0x0010,
  IF_NOLOCALICERTADMIN = 0x0020,
  IF_NOREMOTEICERTADMINBACKUP = 0x0040,
  IF_NOLOCALICERTADMINBACKUP = 0x0080,
  IF_NOSNAPSHOTBACKUP = 0x0100,
  IF_ENFORCEENCRYPTICERTREQUEST = 0x0200,
  IF_ENFORCEENCRYPTICERTADMIN = 0x0400,
  IF_ENABLEEXITKEYRETRIEVAL = 0x0800,
  IF_ENABLEADMINASAUDITOR = 0x1000,
};

/// The InterfaceFlags of a CA, read. There is no default: "not read" is never the value 0.
class InterfaceFlags {
 public:
  explicit constexpr InterfaceFlags(std::uint32_t bits) : bits_(bits) {}

  [[nodiscard]] constexpr std::uint32_t bits() const { return bits_; }
  [[nodiscard]] constexpr bool has(std::uint32_t mask) const { return (bits_ & mask) == mask; }

  /// "0x641".
  [[nodiscard]] std::string to_string() const;

  /// Names of the set bits, lowest first; bits the specification does not name as "0x4000".
  [[nodiscard]] std::vector<std::string> names() const;

  constexpr bool operator==(const InterfaceFlags&) const = default;

 private:
  std::uint32_t bits_;
};

}  // namespace casweep::assess
