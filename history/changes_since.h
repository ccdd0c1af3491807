// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "history/events.h"
#include "history/scan_record.h"

namespace casweep::history {

/// A CA as the last of one or more scans saw it.
struct LastSighting {
  base::ObjectGuid object_guid;
  CaIdentity identity{};
  std::string distinguished_name{};
  std::optional<VerdictWithReason> judged{};  ///< by the last of them that read it

  [[nodiscard]] bool hidden() const { return judged && is_hidden(*judged); }
  [[nodiscard]] bool known() const { return judged && judged->verdict != assess::Verdict::unknown; }
};

using SightingByCa = std::map<std::int64_t, LastSighting>;

/// What scans recorded about CAs.
class SightingSource {
 public:
  SightingSource() = default;
  SightingSource(const SightingSource&) = delete;
  SightingSource& operator=(const SightingSource&) = delete;
  virtual ~SightingSource() = default;

  /// Each CA that the scans from `first` to `last` listed.
  [[nodiscard]] virtual SightingByCa sightings(std::int64_t first, std::int64_t last) = 0;

  /// The last verdict on the CA that was not `unknown`, until the scan `last`; nullopt: none.
  [[nodiscard]] virtual std::optional<assess::Verdict> last_known_verdict(std::int64_t ca, std::int64_t last) = 0;
};

/// The scans of a comparison.
struct ComparedScans {
  std::int64_t before = 0;  ///< the last complete scan of the same forest before `scan`
  base::Instant before_at{};
  std::int64_t scan = 0;
  bool complete = false;  ///< whether `scan` is: only then it shows CAs as removed
  std::int64_t last = 0;  ///< the newest scan that counts
};

/// Pure. Compares the CAs and verdicts that `scan` and later scans found with those of the scan before.
[[nodiscard]] ChangesSince changes_since(const ComparedScans& scans, SightingSource& source);

}  // namespace casweep::history
