// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace casweep::base {

/// A moment as it is observed, recorded and reported: UTC, in milliseconds.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

[[nodiscard]] inline Instant now() { return std::chrono::floor<Instant::duration>(std::chrono::system_clock::now()); }

}  // namespace casweep::base
