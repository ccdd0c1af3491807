// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace casweep::winreg {

/// "REG_DWORD" and its like ([MS-RRP] 2.2.9), or the number of a type that has no name: "0x1234".
[[nodiscard]] std::string registry_type_name(std::uint32_t type);

}  // namespace casweep::winreg
