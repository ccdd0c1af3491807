// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/endpoint.h"

namespace casweep::logon {

inline constexpr std::uint16_t kerberos_port = 88;

/// The KDCs of a realm.
struct KdcList {
  std::vector<base::Endpoint> kdcs{};
  bool in_order = true;  ///< the library asks them in this order; false: it shuffles those of the same priority
};

/// The KDCs of `realm` in krb5.conf or, if it names none, the SRV records _kerberos._tcp.REALM by priority (unless
/// krb5.conf forbids the query). Empty: none, or not all are of a form that base::parse_endpoint() knows, such
/// as the URL of a proxy. Blocks for as long as the resolver does.
[[nodiscard]] KdcList kdcs_of_realm(const std::string& realm);

}  // namespace casweep::logon
