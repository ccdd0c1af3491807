// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace casweep::discovery {

/// One computer account of a domain. What it runs is what the computer says of itself, and many that are no Windows say
/// nothing. Every string is UTF-8 exactly as the directory gave it, hostile until shown otherwise; an attribute that is
/// absent is empty.
struct Computer {
  std::string name{};                                    ///< cn
  std::string dns_host_name{};                           ///< dNSHostName
  std::string operating_system{};                        ///< operatingSystem: "Windows XP Professional"
  std::string operating_system_version{};                ///< operatingSystemVersion: "5.1 (2600)"
  std::optional<std::chrono::sys_seconds> last_logon{};  ///< lastLogonTimestamp, days behind ([MS-ADA1] 2.352)
};

}  // namespace casweep::discovery
