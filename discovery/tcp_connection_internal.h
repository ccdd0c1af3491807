// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include "discovery/directory_error.h"
#include "discovery/directory_server_internal.h"
#include "discovery/file_descriptor.h"
#include "discovery/patience.h"

namespace casweep::discovery {

/// A non-blocking, connected socket to `server`: its name is looked up, and then its addresses are tried in the
/// resolver's order and share the time. Blocks for twice the `patience` at most.
[[nodiscard]] tl::expected<FileDescriptor, DirectoryError> connect_tcp(const DirectoryServer& server,
                                                                       const Patience& patience);

}  // namespace casweep::discovery
