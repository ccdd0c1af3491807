// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/instant.h"
#include "history/events.h"

namespace casweep::history {

/// A scan and its place in the ledger.
struct ScanInLedger {
  ScanMoment moment{};    ///< `not_before` of what precedes it and is not among the scans and decisions given
  bool complete = false;  ///< listed and read everything: a CA that it lacks is gone
  std::int64_t seq = 0;   ///< of its last entry; 0: it has none
};

/// A decision and its place in the ledger.
struct DecisionInLedger {
  std::int64_t seq = 0;
  base::Instant set_at{};
};

/// When each scan was, and which were complete. A clock that was set back does not change the order of what was
/// recorded: the results of a scan count from a moment after every decision that precedes them in the ledger.
class ScanMoments {
 public:
  /// `scans` by their numbers, `decisions` in the order of the ledger.
  ScanMoments(const std::vector<ScanInLedger>& scans, const std::vector<DecisionInLedger>& decisions);

  [[nodiscard]] ScanMoment moment(std::int64_t scan) const;

  // Of the complete ones:
  [[nodiscard]] std::optional<ScanMoment> first_after(std::int64_t scan) const;
  [[nodiscard]] std::optional<ScanMoment> first_between(std::int64_t before, std::int64_t after) const;
  [[nodiscard]] std::optional<ScanMoment> last() const;

 private:
  std::vector<ScanMoment> all_;
  std::vector<ScanMoment> complete_;
};

}  // namespace casweep::history
