// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "discovery/directory_error.h"

namespace casweep::discovery {

/// The error for an LDAP resultCode (RFC 4511 4.1.9) of `server`, or for libldap's own negative code. `diagnostic` is
/// the server's or libldap's text, `principal` the account that sent the request.
[[nodiscard]] DirectoryError ldap_failure(int result, std::string_view diagnostic, const std::string& server,
                                          const std::string& principal);

}  // namespace casweep::discovery
