// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/octets.h"
#include "discovery/directory_connection.h"
#include "discovery/directory_error.h"

namespace casweep::discovery {

/// The content of CN=NTAuthCertificates, as DER ([MS-WCCE] 2.2.2.11.3); nullopt: the object is absent or not visible.
[[nodiscard]] tl::expected<std::optional<std::vector<base::Octets>>, DirectoryError> find_nt_auth_certificates(
    DirectoryConnection& connection, const std::string& configuration_naming_context, int page_size);

}  // namespace casweep::discovery
