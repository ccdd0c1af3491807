// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/scan_moments.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <numeric>

namespace casweep::history {

ScanMoments::ScanMoments(const std::vector<ScanInLedger>& scans, const std::vector<DecisionInLedger>& decisions) {
  std::vector<std::size_t> order(scans.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t scan) { return scans[scan].seq; });
  for (const ScanInLedger& scan : scans) all_.push_back(scan.moment);
  auto decision = decisions.begin();
  auto earliest = base::Instant::min();
  for (const std::size_t scan : order) {
    for (; decision != decisions.end() && decision->seq < scans[scan].seq; ++decision) {
      earliest = std::max(earliest, decision->set_at + std::chrono::milliseconds{1});
    }
    ScanMoment& moment = all_[scan];
    if (moment.ended == base::Instant{}) continue;  // not known
    earliest = std::max({moment.ended, moment.not_before, earliest});
    moment.not_before = earliest > moment.ended ? earliest : base::Instant{};
  }
  for (std::size_t scan = 0; scan < scans.size(); ++scan) {
    if (scans[scan].complete) complete_.push_back(all_[scan]);
  }
}

ScanMoment ScanMoments::moment(std::int64_t scan) const {
  const auto found = std::ranges::lower_bound(all_, scan, {}, &ScanMoment::scan);
  return found == all_.end() || found->scan != scan ? ScanMoment{.scan = scan} : *found;
}

std::optional<ScanMoment> ScanMoments::first_after(std::int64_t scan) const {
  const auto found = std::ranges::upper_bound(complete_, scan, {}, &ScanMoment::scan);
  if (found == complete_.end()) return std::nullopt;
  return *found;
}

std::optional<ScanMoment> ScanMoments::first_between(std::int64_t before, std::int64_t after) const {
  const auto found = first_after(before);
  return found && found->scan < after ? found : std::nullopt;
}

std::optional<ScanMoment> ScanMoments::last() const {
  if (complete_.empty()) return std::nullopt;
  return complete_.back();
}

}  // namespace casweep::history
