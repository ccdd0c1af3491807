// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/trend.h"

#include <algorithm>
#include <map>
#include <utility>

namespace casweep::history {

namespace {

/// Never negative: if the clock was set back in between, the length is not known and counts as none.
std::chrono::milliseconds length_of(base::Instant from, base::Instant to) {
  return std::max(to - from, std::chrono::milliseconds{0});
}

}  // namespace

std::optional<std::chrono::milliseconds> percentile(std::span<const std::chrono::milliseconds> sorted,
                                                    unsigned percent) {
  if (sorted.empty()) return std::nullopt;
  const std::size_t rank = (sorted.size() * percent + 99) / 100;
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

std::vector<ScanDay> scan_days(std::span<const ScanHeadline> scans) {
  std::map<std::chrono::sys_days, ScanDay> by_day;  // a clock that was set back does not change the order of days
  for (const ScanHeadline& scan : scans) {
    if (!scan.listed) continue;
    const auto day = std::chrono::floor<std::chrono::days>(scan.started_at);
    ScanDay& of = by_day.try_emplace(day, ScanDay{.day = day}).first->second;
    (scan.speaks_of_forest() ? of.complete : of.incomplete) = &scan;
  }
  std::vector<ScanDay> days;
  days.reserve(by_day.size());
  for (const auto& [day, of] : by_day) days.push_back(of);
  return days;
}

void TrendCollector::add(const CaTimeline& timeline, const CaStory& story) {
  std::ranges::copy_if(story.events, std::back_inserter(events_),
                       [&](const Event& event) { return event.at >= since_ && event.kind != EventKind::first_seen; });
  for (const Episode& episode : story.episodes) {
    if (!episode.closed) {
      // A removed CA needs no remediation.
      if (!timeline.missing) open_.push_back(length_of(episode.opened.at, now_));
    } else if (episode.closed->at >= since_) {
      closed_.push_back(length_of(episode.opened.at, episode.closed->at));
    }
  }
}

std::vector<Event> TrendCollector::take_events() {
  put_in_order(events_);
  return std::exchange(events_, {});
}

TimeToRemediate TrendCollector::time_to_remediate() const {
  auto sorted = closed_;
  std::ranges::sort(sorted);
  TimeToRemediate time{.remediated = sorted.size(),
                       .median = percentile(sorted, 50),
                       .percentile90 = percentile(sorted, 90),
                       .open = open_.size()};
  if (!open_.empty()) time.oldest_open = std::ranges::max(open_);
  return time;
}

}  // namespace casweep::history
