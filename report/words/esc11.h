// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

namespace casweep::report {

/// The assessment, named as in Microsoft Defender for Identity.
inline constexpr std::string_view esc11_title = "Enforce encryption for RPC certificate enrollment interface (ESC11)";
inline constexpr std::string_view esc11_description =
    "IF_ENFORCEENCRYPTICERTREQUEST must be set in the InterfaceFlags of every certification authority that accepts "
    "certificate requests over RPC.";
inline constexpr std::string_view esc11_reference =
    "https://learn.microsoft.com/en-us/defender-for-identity/security-posture-assessments/certificates";

/// A technique of MITRE ATT&CK.
struct AttackTechnique {
  std::string_view id;
  std::string_view name;
  std::string_view url;
};

/// How the misconfiguration is used: a relayed logon obtains a certificate in the victim's name.
inline constexpr std::array esc11_techniques{
    AttackTechnique{"T1557", "Adversary-in-the-Middle", "https://attack.mitre.org/techniques/T1557/"},
    AttackTechnique{"T1649", "Steal or Forge Authentication Certificates",
                    "https://attack.mitre.org/techniques/T1649/"}};

}  // namespace casweep::report
