// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/ca_status.h"

#include <algorithm>

namespace casweep::history {

std::size_t ForestStatus::count(assess::Outcome outcome) const {
  return static_cast<std::size_t>(std::ranges::count(cas, outcome, &CaStatus::outcome));
}

}  // namespace casweep::history
