// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "assess/read_failure.h"
#include "base/tcp_address.h"

namespace casweep::assess {

inline constexpr std::uint16_t smb_port = 445;  // [MS-SMB2] 2.1, direct TCP

/// `failure` to find an address of `host`, or to reach SMB's port at it: then `host` is the address.
[[nodiscard]] ReadFailure tcp_failure(const base::TcpFailure& failure, const std::string& host);

}  // namespace casweep::assess
