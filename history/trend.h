// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "history/events.h"
#include "history/scan_record.h"

namespace casweep::history {

/// The totals of one scan.
struct ScanHeadline {
  std::int64_t id = 0;
  std::string uuid{};
  ScanState state = ScanState::running;
  base::Instant started_at{};
  std::optional<base::Instant> finished_at{};
  std::string forest{};
  std::string failure{};
  bool listed = false;  ///< the directory listed its CAs; otherwise all counts are 0
  std::size_t discovered = 0;
  std::size_t enforced = 0;
  std::size_t not_enforced = 0;
  std::size_t not_exposed = 0;
  std::size_t unknown = 0;    ///< read, without a verdict
  std::size_t mitigated = 0;  ///< of `not_enforced` and `unknown`: covered by is_mitigated() when the scan began
  std::size_t mitigated_unknown = 0;  ///< of `mitigated`: those that were unknown

  [[nodiscard]] std::size_t assessed() const { return enforced + not_enforced + not_exposed; }
  [[nodiscard]] std::size_t compliant() const { return enforced + not_exposed; }
  /// Only a complete scan covers the whole forest, so shares are shown for complete scans only.
  /// Without those that are mitigated.
  [[nodiscard]] std::size_t open_not_enforced() const { return not_enforced - (mitigated - mitigated_unknown); }
  [[nodiscard]] std::size_t open_unknown() const { return discovered - assessed() - mitigated_unknown; }
  [[nodiscard]] bool speaks_of_forest() const { return state == ScanState::complete && discovered > 0; }
};

/// A UTC day on which scans began. The pointers point into the headlines that scan_days() was given.
struct ScanDay {
  std::chrono::sys_days day{};
  const ScanHeadline* complete = nullptr;    ///< the last one that speaks of the forest; null: none
  const ScanHeadline* incomplete = nullptr;  ///< the last one that does not; null: none
};

/// The days of `scans`, oldest first. A scan to which no directory answered (a typo, no ticket) counts for no day, so a
/// day with such scans alone is left out, like a day without any.
[[nodiscard]] std::vector<ScanDay> scan_days(std::span<const ScanHeadline> scans);

/// How long CAs stayed without enforcement.
struct TimeToRemediate {
  std::size_t remediated = 0;  ///< episodes that ended
  std::optional<std::chrono::milliseconds> median{};
  std::optional<std::chrono::milliseconds> percentile90{};
  std::size_t open = 0;  ///< of CAs that are still listed
  std::optional<std::chrono::milliseconds> oldest_open{};
};

/// The smallest of `sorted` that `percent` of them do not exceed (nearest rank, so always one of them); nullopt:
/// `sorted` is empty.
[[nodiscard]] std::optional<std::chrono::milliseconds> percentile(std::span<const std::chrono::milliseconds> sorted,
                                                                  unsigned percent);

/// Collects the stories of CAs, one after the other.
class TrendCollector {
 public:
  TrendCollector(base::Instant since, base::Instant now) : since_(since), now_(now) {}

  void add(const CaTimeline& timeline, const CaStory& story);

  /// Events since then, oldest first, without the first sightings.
  [[nodiscard]] std::vector<Event> take_events();

  /// From the episodes that ended since then and all open ones.
  [[nodiscard]] TimeToRemediate time_to_remediate() const;

 private:
  base::Instant since_;
  base::Instant now_;
  std::vector<Event> events_;
  std::vector<std::chrono::milliseconds> closed_;
  std::vector<std::chrono::milliseconds> open_;
};

/// The history from `since` to `now`.
struct Trend {
  std::optional<base::Instant> since{};  ///< nullopt: from the beginning
  base::Instant now{};                   ///< the end of the period
  std::vector<ScanHeadline> scans{};     ///< oldest first
  std::vector<Event> events{};           ///< oldest first
  TimeToRemediate time_to_remediate{};
};

}  // namespace casweep::history
