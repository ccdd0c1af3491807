// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace casweep::winreg {

inline constexpr std::uint16_t smb_port = 445;  ///< [MS-SMB2] 2.1, direct TCP

}  // namespace casweep::winreg
