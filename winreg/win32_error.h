// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace casweep::winreg {

/// Win32 codes that affect the result of a reading ([MS-ERREF] 2.2).
enum : std::uint32_t {
  ERROR_SUCCESS = 0,
  ERROR_FILE_NOT_FOUND = 2,
  ERROR_ACCESS_DENIED = 5,
  ERROR_WRITE_PROTECT = 0x13,  ///< answer of a host that is shutting down
  ERROR_NOT_READY = 0x15,
  ERROR_BUSY = 0xAA,
  ERROR_MORE_DATA = 0xEA,
  ERROR_WAIT_TIMEOUT = 0x102,
  ERROR_NO_MORE_ITEMS = 0x103,
};

struct Win32Symbol {
  std::uint32_t error;
  std::string_view symbol;
};

/// The codes that a host's registry is known to answer.
[[nodiscard]] std::span<const Win32Symbol> win32_symbols();

/// Name of a code as [MS-ERREF] 2.2 spells it; empty for other codes.
[[nodiscard]] std::string_view win32_symbol(std::uint32_t error);

}  // namespace casweep::winreg
