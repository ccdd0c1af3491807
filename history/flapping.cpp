// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/flapping.h"

namespace casweep::history {

bool is_flapping(const CaStory& story, const OldestReading& oldest_reading) {
  constexpr std::size_t changes = 3;
  constexpr std::size_t within = 10;
  if (story.verdict_changes.size() < changes) return false;
  const auto third_last = story.verdict_changes[story.verdict_changes.size() - changes].scan;
  // The reading before the third last change is one of the ten as well.
  return third_last > oldest_reading(within);
}

}  // namespace casweep::history
