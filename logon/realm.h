// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace casweep::logon {

/// The Kerberos realm of the Active Directory domain `domain` ([MS-KILE] 3.1.5.2): its DNS name in upper case.
[[nodiscard]] std::string realm_of_domain(std::string_view domain);

}  // namespace casweep::logon
