// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

#include <tl/expected.hpp>

#include "discovery/active_computers.h"
#include "discovery/directory_connection_internal.h"
#include "discovery/directory_error.h"

namespace casweep::discovery {

/// What the directory behind `connection`, already bound, says about the computers of its domain.
[[nodiscard]] tl::expected<ActiveComputers, DirectoryError> read_active_computers(DirectoryConnection& connection,
                                                                                  const ForestDomain& domain,
                                                                                  std::chrono::sys_seconds since,
                                                                                  int page_size);

}  // namespace casweep::discovery
