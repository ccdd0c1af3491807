// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/remediation_time.h"

#include <fmt/format.h>

#include "report/words/counts.h"
#include "report/words/dates.h"

namespace casweep::report {

std::string time_to_remediate_text(const history::TimeToRemediate& time) {
  std::string line = time.remediated == 0
                         ? "No remediation recorded."
                         : fmt::format("Time to remediate: median {}, 90th percentile {} ({} remediated).",
                                       duration_text(*time.median), duration_text(*time.percentile90), time.remediated);
  if (time.open > 0) {
    line += fmt::format(" {} not enforced when last known, the longest for {}.", plural(time.open, "CA"),
                        duration_text(*time.oldest_open));
  }
  return line;
}

}  // namespace casweep::report
