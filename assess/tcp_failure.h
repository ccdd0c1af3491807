// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "assess/read_failure.h"
#include "base/tcp_address.h"

namespace casweep::assess {

/// The error for `failure` to resolve `host`, or to connect to SMB's port; `host` is then the address.
[[nodiscard]] ReadFailure tcp_failure(const base::TcpFailure& failure, const std::string& host);

}  // namespace casweep::assess
