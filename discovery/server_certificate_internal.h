// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "base/octets.h"

namespace casweep::discovery {

/// Whether the certificate `der`, which is verified, also names `host` in its subjectAltName, without a wildcard.
[[nodiscard]] bool certificate_names(const base::Octets& der, const std::string& host);

/// Why the verified certificate `der` does not prove that its owner is the server `host`: it does not name the host as
/// certificate_names() requires, or it is not for servers (RFC 5280 4.2.1.12). Empty if it proves it.
[[nodiscard]] std::string objection_to_certificate(const base::Octets& der, const std::string& host);

/// The channel binding of type tls-server-end-point for the server's certificate `der` (RFC 5929 4.1), with its prefix;
/// empty if it has none.
[[nodiscard]] std::string tls_server_end_point(const base::Octets& der);

}  // namespace casweep::discovery
