// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace casweep::base {

/// Whether `name` is a DNS host name (RFC 1123 2.1), with the underscore that Windows allows. Anything else could have
/// a special meaning to a resolver, in a certificate or in a service principal name.
[[nodiscard]] bool is_host_name(std::string_view name);

/// Whether `name` is the name of a host that can run a service: a host name without empty labels that is not an IPv4
/// address.
[[nodiscard]] bool is_service_host_name(std::string_view name);

/// `name` without the dot that makes a name absolute (RFC 1034 3.1): tickets and certificates are for a name without
/// it.
[[nodiscard]] std::string_view without_root_dot(std::string_view name);

/// Whether `host` is a numeric IPv4 or IPv6 address.
[[nodiscard]] bool is_address(const std::string& host);

/// `name` in the form to compare: in lower case and without the root's dot.
[[nodiscard]] std::string comparable_host_name(std::string_view name);

/// Whether two host names are the same name.
[[nodiscard]] bool same_host_name(std::string_view left, std::string_view right);

}  // namespace casweep::base
