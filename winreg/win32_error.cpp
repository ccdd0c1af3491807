// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/win32_error.h"

#include <algorithm>
#include <array>

namespace casweep::winreg {
namespace {

constexpr std::array symbols{
    Win32Symbol{0x0, "ERROR_SUCCESS"},
    Win32Symbol{0x2, "ERROR_FILE_NOT_FOUND"},
    Win32Symbol{0x3, "ERROR_PATH_NOT_FOUND"},
    Win32Symbol{0x5, "ERROR_ACCESS_DENIED"},
    Win32Symbol{0x6, "ERROR_INVALID_HANDLE"},
    Win32Symbol{0x8, "ERROR_NOT_ENOUGH_MEMORY"},
    Win32Symbol{0x13, "ERROR_WRITE_PROTECT"},
    Win32Symbol{0x15, "ERROR_NOT_READY"},
    Win32Symbol{0x32, "ERROR_NOT_SUPPORTED"},
    Win32Symbol{0x57, "ERROR_INVALID_PARAMETER"},
    Win32Symbol{0x7A, "ERROR_INSUFFICIENT_BUFFER"},
    Win32Symbol{0xAA, "ERROR_BUSY"},
    Win32Symbol{0xEA, "ERROR_MORE_DATA"},
    Win32Symbol{0x102, "WAIT_TIMEOUT"},
    Win32Symbol{0x103, "ERROR_NO_MORE_ITEMS"},
    Win32Symbol{0x3EB, "ERROR_CAN_NOT_COMPLETE"},
    Win32Symbol{0x3F1, "ERROR_BADDB"},
    Win32Symbol{0x3F2, "ERROR_BADKEY"},
    Win32Symbol{0x3FA, "ERROR_KEY_DELETED"},
};

}  // namespace

std::span<const Win32Symbol> win32_symbols() { return symbols; }

std::string_view win32_symbol(std::uint32_t error) {
  const auto* found = std::ranges::find(symbols, error, &Win32Symbol::error);
  return found == symbols.end() ? std::string_view{} : found->symbol;
}

}  // namespace casweep::winreg
