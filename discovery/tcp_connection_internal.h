// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include "base/file_descriptor.h"
#include "base/patience.h"
#include "discovery/directory_error.h"
#include "discovery/directory_server_internal.h"

namespace casweep::discovery {

/// A non-blocking, connected socket to `server`: its name is looked up, and then its addresses are tried in the
/// resolver's order and share the time. Blocks for twice the `patience` at most.
[[nodiscard]] tl::expected<base::FileDescriptor, DirectoryError> connect_tcp(const DirectoryServer& server,
                                                                             const base::Patience& patience);

}  // namespace casweep::discovery
