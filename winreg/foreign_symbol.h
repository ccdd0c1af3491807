// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace casweep::winreg {

/// Names of codes as their specification spells them; empty for one that is not known here.
[[nodiscard]] std::string_view win32_symbol(std::uint32_t error);  ///< [MS-ERREF] 2.2
[[nodiscard]] std::string_view errno_symbol(int number);           ///< <errno.h>
[[nodiscard]] std::string_view resolver_symbol(int number);        ///< getaddrinfo (RFC 3493 6.1)

}  // namespace casweep::winreg
