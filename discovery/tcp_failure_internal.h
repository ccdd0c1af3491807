// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/tcp_address.h"
#include "discovery/directory_error.h"
#include "discovery/directory_server.h"

namespace casweep::discovery {

/// The error for `failure` to connect to `server`.
[[nodiscard]] DirectoryError tcp_failure(const base::TcpFailure& failure, const DirectoryServer& server);

}  // namespace casweep::discovery
