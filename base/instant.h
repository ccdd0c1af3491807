// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace casweep::base {

/// A moment as it is observed, recorded and reported: UTC, in milliseconds.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

/// The moment that is `milliseconds` after 1970, within the years 0 to 9999: foreign data may hold any number, and what
/// is computed from it must not overflow.
[[nodiscard]] constexpr Instant representable(std::int64_t milliseconds) {
  constexpr std::int64_t begin_of_year_0 = -62'167'219'200'000;
  constexpr std::int64_t end_of_year_9999 = 253'402'300'799'999;
  return Instant{std::chrono::milliseconds{std::clamp(milliseconds, begin_of_year_0, end_of_year_9999)}};
}

[[nodiscard]] inline Instant now() { return std::chrono::floor<Instant::duration>(std::chrono::system_clock::now()); }

}  // namespace casweep::base
