// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace casweep::discovery {

/// The DNS name that a domain's DN spells in DC components (RFC 2247 4); empty if it does not.
[[nodiscard]] std::string dns_name_of(const std::string& distinguished_name);

}  // namespace casweep::discovery
