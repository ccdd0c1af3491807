// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casweep::explain {

/// One certificate enrollment web service of a CA: a value of msPKI-Enrollment-Servers.
struct EnrollmentServer {
  std::uint32_t priority = 0;        ///< clients try the lowest first
  std::uint32_t authentication = 0;  ///< X509EnrollmentAuthFlags: 1 anonymous, 2 Kerberos, 4 password, 8 certificate
  bool renewal_only = false;
  std::string uri{};  ///< foreign text, unchanged

  bool operator==(const EnrollmentServer&) const = default;
};

/// Parses `value` as AD CS writes it: priority, authentication, renewal only (0 or 1) and URI, one per line; further
/// lines are ignored. nullopt for anything else.
[[nodiscard]] std::optional<EnrollmentServer> parse_enrollment_server(std::string_view value);

/// "Kerberos", "user name and password"; a number without a name as that number.
[[nodiscard]] std::string authentication_name(std::uint32_t authentication);

}  // namespace casweep::explain
