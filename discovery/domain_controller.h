// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace casweep::discovery {

/// `name` as DNS compares it: lower case, without the dot at its end.
[[nodiscard]] std::string normalized_host_name(std::string_view name);

/// Whether two host names are the same name.
[[nodiscard]] bool same_host_name(std::string_view left, std::string_view right);

/// Whether `host` is a numeric IPv4 or IPv6 address.
[[nodiscard]] bool is_address(const std::string& host);

/// The domains that a domain controller called `host` may belong to, in the order to try them: those that its name lies
/// below, the nearest first, and then the account's own (a controller's DNS suffix may differ from its domain's name).
/// The server itself has no say in this: it could name a domain in which it has registered a service of its own.
[[nodiscard]] std::vector<std::string> domains_of_controller(std::string_view host, std::string_view account_principal);

/// The Kerberos realm of the Active Directory domain `domain` ([MS-KILE] 3.1.5.2): its DNS name in upper case.
[[nodiscard]] std::string realm_of_domain(std::string_view domain);

}  // namespace casweep::discovery
