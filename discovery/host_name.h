// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace casweep::discovery {

/// Whether `name` is a DNS host name (RFC 1123 2.1), with the underscore that Windows allows. Anything else could mean
/// something of its own to a resolver, in a certificate or in a service principal name.
[[nodiscard]] bool is_host_name(std::string_view name);

}  // namespace casweep::discovery
