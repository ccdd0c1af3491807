// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "history/ca_summary.h"
#include "store/timeline_reader_internal.h"

namespace casweep::store {

/// Reads what a CA answered last.
class AnswerReader {
 public:
  AnswerReader(SQLite::Database& database, const Horizon& horizon);

  [[nodiscard]] std::optional<history::Answer> last(std::int64_t ca) { return last_until(ca, last_scan_); }

  [[nodiscard]] std::optional<history::Answer> last_before(std::int64_t ca, std::int64_t scan) {
    return last_until(ca, scan - 1);
  }

  /// The scan of the oldest of the `newest` readings with a known verdict until the scan `newest_scan`; 0 if there is
  /// none.
  [[nodiscard]] std::int64_t oldest_known(std::int64_t ca, std::int64_t newest_scan, std::size_t newest);

 private:
  std::optional<history::Answer> last_until(std::int64_t ca, std::int64_t scan);

  std::int64_t last_scan_;
  LatestScans latest_;
  Row last_;
  Row oldest_known_;
};

}  // namespace casweep::store
