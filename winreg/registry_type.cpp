// SPDX-License-Identifier: GPL-3.0-or-later
#include "winreg/registry_type.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace casweep::winreg {

std::string registry_type_name(std::uint32_t type) {
  constexpr std::array<std::string_view, 12> names{"REG_NONE",
                                                   "REG_SZ",
                                                   "REG_EXPAND_SZ",
                                                   "REG_BINARY",
                                                   "REG_DWORD",
                                                   "REG_DWORD_BIG_ENDIAN",
                                                   "REG_LINK",
                                                   "REG_MULTI_SZ",
                                                   "REG_RESOURCE_LIST",
                                                   "REG_FULL_RESOURCE_DESCRIPTOR",
                                                   "REG_RESOURCE_REQUIREMENTS_LIST",
                                                   "REG_QWORD"};
  return type < names.size() ? std::string(names[type]) : fmt::format("{:#x}", type);
}

}  // namespace casweep::winreg
