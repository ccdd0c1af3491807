// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/bounded_call.h"
#include "base/endpoint.h"
#include "base/patience.h"

namespace casweep::logon {

inline constexpr std::uint16_t kerberos_port = 88;

/// The KDCs of a realm.
struct KdcList {
  std::vector<base::Endpoint> kdcs{};
  /// The library asks them in this order, which krb5.conf gives; false: DNS was asked, and the library shuffles those
  /// of the same priority.
  bool in_order = true;
};

/// The KDCs of `realm` in krb5.conf or, if it names none, the SRV records _kerberos._tcp.REALM by priority (unless
/// krb5.conf forbids the query). Empty: none, or not all are of a form that base::parse_endpoint() knows, such
/// as the URL of a proxy. Blocks for as long as the resolver does.
[[nodiscard]] KdcList kdcs_of_realm(const std::string& realm);

/// The same, in a process that ends with `patience`.
[[nodiscard]] tl::expected<KdcList, base::BoundedCallFailure> find_kdcs(const std::string& realm,
                                                                        const base::Patience& patience);

}  // namespace casweep::logon
