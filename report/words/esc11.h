// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace casweep::report {

/// The assessment, named as in Microsoft Defender for Identity.
inline constexpr std::string_view esc11_title = "Enforce encryption for RPC certificate enrollment interface (ESC11)";
inline constexpr std::string_view esc11_description =
    "IF_ENFORCEENCRYPTICERTREQUEST must be set in the InterfaceFlags of every certification authority that accepts "
    "certificate requests over RPC.";
inline constexpr std::string_view esc11_reference =
    "https://learn.microsoft.com/en-us/defender-for-identity/security-posture-assessments/certificates";

}  // namespace casweep::report
