// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/ca_summary.h"

#include <algorithm>

namespace casweep::history {

std::size_t ForestStatus::count(assess::Verdict verdict) const {
  return static_cast<std::size_t>(std::ranges::count(cas, verdict, &CaSummary::verdict));
}

}  // namespace casweep::history
