// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace casweep::winreg {

/// The name of a type, like "REG_DWORD" ([MS-RRP] 2.2.9), or its number if it has no name: "0x1234".
[[nodiscard]] std::string registry_type_name(std::uint32_t type);

}  // namespace casweep::winreg
