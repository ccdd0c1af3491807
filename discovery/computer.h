// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace casweep::discovery {

/// One computer account of a domain. The operating system is the computer's own claim; many computers without Windows
/// make none. Every string is UTF-8 exactly as received from the directory, and untrusted; an absent attribute is
/// empty.
struct Computer {
  std::string name{};                                    ///< cn
  std::string dns_host_name{};                           ///< dNSHostName
  std::string operating_system{};                        ///< operatingSystem: "Windows XP Professional"
  std::string operating_system_version{};                ///< operatingSystemVersion: "5.1 (2600)"
  std::optional<std::chrono::sys_seconds> last_logon{};  ///< lastLogonTimestamp, days behind ([MS-ADA1] 2.352)
};

}  // namespace casweep::discovery
