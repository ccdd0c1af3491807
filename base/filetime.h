// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace casweep::base {

/// A FILETIME ([MS-DTYP] 2.3.3): 100 ns since 1601, in UTC; its fraction of a second is dropped. nullopt before 1970:
/// zero means "never" everywhere, and no older instant occurs.
[[nodiscard]] std::optional<std::chrono::sys_seconds> from_filetime(std::uint64_t filetime);

/// For instants from 1970 to 9999.
[[nodiscard]] std::uint64_t to_filetime(std::chrono::sys_seconds instant);

}  // namespace casweep::base
