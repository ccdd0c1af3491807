// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "discovery/directory_error.h"

namespace casweep::discovery {

/// Puts a ticket for `service` on `host` ("ldap", "dc1.corp.example") into `ccache`, unless one is there, as the bind
/// that follows would. Asked for beforehand because Kerberos says why it failed in a code, and SASL in English.
/// Blocks as long as libkrb5 looks for a KDC.
[[nodiscard]] tl::expected<void, DirectoryError> obtain_service_ticket(const std::string& ccache,
                                                                       const std::string& service,
                                                                       const std::string& host);

}  // namespace casweep::discovery
