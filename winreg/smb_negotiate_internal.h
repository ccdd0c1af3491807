// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/octets.h"

namespace casweep::winreg {

/// The length of the header before each message on TCP ([MS-SMB2] 2.1).
inline constexpr std::size_t smb_transport_header = 4;

/// An SMB2 NEGOTIATE request for the dialects 2.0.2 to 3.0.2, with its transport header ([MS-SMB2] 2.2.3).
[[nodiscard]] base::Octets negotiate_request();

/// The length of the message after a transport header; nullopt if it is longer than any answer to a NEGOTIATE.
[[nodiscard]] std::optional<std::size_t> smb_message_length(std::span<const std::uint8_t> transport_header);

/// SystemTime in an answer without its transport header ([MS-SMB2] 2.2.4); nullopt if it is no successful answer or has
/// no time.
[[nodiscard]] std::optional<std::chrono::sys_seconds> system_time_of(std::span<const std::uint8_t> answer);

}  // namespace casweep::winreg
