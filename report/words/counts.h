// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "history/ca_summary.h"
#include "history/scan_record.h"
#include "history/trend.h"

namespace casweep::report {

/// "3 CAs".
[[nodiscard]] std::string plural(std::size_t count, std::string_view noun);

/// "3 CAs need action", "1 CA needs action", "No CA needs action".
[[nodiscard]] std::string needing_action(std::size_t count);

/// "3 enforced, 1 not enforced, 0 not exposed, 2 unknown", of the scan or the forest.
[[nodiscard]] std::string verdict_counts(const history::ScanRecord& scan);
[[nodiscard]] std::string verdict_counts(const history::ForestStatus& forest);

/// What share of all CAs of the scan `count` is: "64 %", rounded down, so that 100 % means all of them; "-" if the scan
/// does not represent the forest.
[[nodiscard]] std::string percent_text(const history::ScanHeadline& scan, std::size_t count);

/// A count of the scan; "-" if no directory answered: nothing was counted, which is not 0.
[[nodiscard]] std::string count_text(const history::ScanHeadline& scan, std::size_t count);

}  // namespace casweep::report
