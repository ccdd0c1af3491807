// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/clock_lead.h"

#include <fmt/format.h>

namespace casweep::logon {

bool is_too_far(std::chrono::seconds lead) { return std::chrono::abs(lead) > greatest_skew; }

std::string text_of_lead(std::chrono::seconds lead) {
  const std::string_view side = lead.count() > 0 ? "ahead of" : "behind";
  const std::chrono::hh_mm_ss distance(std::chrono::abs(lead));
  const auto minutes = std::chrono::floor<std::chrono::minutes>(std::chrono::abs(lead));
  // Near the limit, the seconds decide.
  if (minutes > 2 * greatest_skew) return fmt::format("{} min {}", minutes.count(), side);
  return fmt::format("{} min {} s {}", minutes.count(), distance.seconds().count(), side);
}

}  // namespace casweep::logon
