// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/filetime.h"

namespace casweep::base {

namespace {

constexpr std::uint64_t ticks_a_second = 10'000'000;
constexpr std::uint64_t seconds_to_1970 = 11'644'473'600;

}  // namespace

std::optional<std::chrono::sys_seconds> from_filetime(std::uint64_t filetime) {
  const std::uint64_t seconds = filetime / ticks_a_second;
  if (seconds <= seconds_to_1970) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(seconds - seconds_to_1970));
}

std::uint64_t to_filetime(std::chrono::sys_seconds instant) {
  return (static_cast<std::uint64_t>(instant.time_since_epoch().count()) + seconds_to_1970) * ticks_a_second;
}

}  // namespace casweep::base
