// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/first_to_accept.h"

namespace casweep::logon {

/// A KDC as a `kdc` line of krb5.conf writes it: a host or an address, optionally with a port, an IPv6 address in
/// brackets. nullopt for other forms, such as the URL of a proxy.
[[nodiscard]] std::optional<base::Endpoint> parse_kdc(std::string_view text);

/// The same as text.
[[nodiscard]] std::string kdc_text(const base::Endpoint& kdc);

/// The KDCs of a realm.
struct KdcList {
  std::vector<base::Endpoint> kdcs{};
  bool in_order = true;  ///< the library asks them in this order; false: it shuffles those of the same priority
};

/// The KDCs of `realm` in krb5.conf or, if it names none, the SRV records _kerberos._tcp.REALM by priority (unless
/// krb5.conf forbids the query). Empty: none, or not all are of a form that parse_kdc() knows. Blocks for as long as
/// the resolver does.
[[nodiscard]] KdcList kdcs_of_realm(const std::string& realm);

}  // namespace casweep::logon
