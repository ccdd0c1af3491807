// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace casweep::discovery {

/// The DNS name in the DC components of a domain's DN (RFC 2247 4); empty if the DN has another form.
[[nodiscard]] std::string dns_name_of(const std::string& distinguished_name);

}  // namespace casweep::discovery
