// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "discovery/octets.h"

namespace casweep::discovery {

/// Whether the certificate `der`, which is verified, also names `host` (RFC 6125).
[[nodiscard]] bool certificate_names(const Octets& der, const std::string& host);

/// The channel binding of type tls-server-end-point for the server's certificate `der` (RFC 5929 4.1), with its prefix;
/// empty if there is none.
[[nodiscard]] std::string tls_server_end_point(const Octets& der);

}  // namespace casweep::discovery
