// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "base/octets.h"

namespace casweep::winreg {

/// A registry value as the server sent it.
struct RegistryValue {
  std::uint32_t type = 0;  ///< REG_DWORD is 4 ([MS-RRP] 2.2.9)
  base::Octets data;

  bool operator==(const RegistryValue&) const = default;
};

}  // namespace casweep::winreg
