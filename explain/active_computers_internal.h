// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

#include <tl/expected.hpp>

#include "discovery/directory_connection.h"
#include "discovery/directory_error.h"
#include "explain/active_computers.h"

namespace casweep::explain {

/// The computers of `domain`, read over `connection`, which is already bound.
[[nodiscard]] tl::expected<ActiveComputers, discovery::DirectoryError> read_active_computers(
    discovery::DirectoryConnection& connection, const discovery::ForestDomain& domain, std::chrono::sys_seconds since,
    int page_size);

}  // namespace casweep::explain
