// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>

namespace casweep::base {

/// "2026-11-23T02:43:54.123Z" (ISO 8601, UTC); empty for an instant outside the years 0000 to 9999, which only a broken
/// or hostile server sends.
[[nodiscard]] std::string iso_time(std::chrono::sys_time<std::chrono::milliseconds> instant);

}  // namespace casweep::base
