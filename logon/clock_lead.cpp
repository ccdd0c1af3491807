// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/clock_lead.h"

#include <fmt/format.h>

namespace casweep::logon {

bool is_too_far(std::chrono::seconds lead) { return std::chrono::abs(lead) > greatest_skew; }

std::string text_of_lead(std::chrono::seconds lead) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(std::chrono::abs(lead)).count();
  return fmt::format("{} min {}", minutes, lead.count() > 0 ? "ahead of" : "behind");
}

}  // namespace casweep::logon
