// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>

#include "base/object_guid.h"
#include "history/events.h"
#include "history/scan_moments.h"
#include "store/horizon_internal.h"
#include "store/row_internal.h"

namespace casweep::store {

[[nodiscard]] base::ObjectGuid object_guid_in(Row& row);
[[nodiscard]] history::ScanMoment moment_in(Row& row);
[[nodiscard]] std::optional<history::VerdictWithReason> verdict_with_reason_in(Row& row);

/// The number of a CA in the history; nullopt if the history never saw it.
[[nodiscard]] std::optional<std::int64_t> select_ca(SQLite::Database& database, const base::ObjectGuid& object_guid);

/// A CA's observations, the newest first, from the scan :last_scan down to the one that first listed it: what follows
/// FROM. There is no index of them by CA, so each scan in between is looked at.
inline constexpr auto observations_downwards = R"(
    scan CROSS JOIN observation ON scan_id = scan.id AND ca_id = :ca_id LEFT JOIN reading ON reading.id = reading_id
    WHERE scan.id BETWEEN (SELECT min(scan_id) FROM ca_change WHERE ca_id = :ca_id) AND :last_scan )";

/// All scans until `last_scan`.
[[nodiscard]] history::ScanMoments select_scan_moments(SQLite::Database& database, std::int64_t last_scan);

/// Reads what readings found. Few of them differ, so each is read once.
class VerdictReader {
 public:
  explicit VerdictReader(SQLite::Database& database);

  [[nodiscard]] std::optional<history::VerdictWithReason> select(std::optional<std::int64_t> reading);

 private:
  Row select_;
  std::unordered_map<std::int64_t, std::optional<history::VerdictWithReason>> found_;
};

/// Reads how CAs were described, each identity once.
class IdentityReader {
 public:
  explicit IdentityReader(SQLite::Database& database);

  [[nodiscard]] const history::CaIdentity& select(std::int64_t id);

 private:
  Row select_;
  Row select_certificates_;
  std::unordered_map<std::int64_t, history::CaIdentity> found_;
};

/// The scans that last listed and last read a CA: the newest from which to go downwards.
class LatestScans {
 public:
  explicit LatestScans(SQLite::Database& database);

  // 0 if no scan did.
  [[nodiscard]] std::int64_t listed(std::int64_t ca) { return select(ca, "scan_id"); }
  [[nodiscard]] std::int64_t read(std::int64_t ca) { return select(ca, "read_scan_id"); }

 private:
  std::int64_t select(std::int64_t ca, const char* column);

  Row select_;
};

/// Reads timelines from ca_change; the statements are prepared once.
class TimelineReader {
 public:
  TimelineReader(SQLite::Database& database, const Horizon& horizon);

  [[nodiscard]] history::CaTimeline timeline(std::int64_t ca, const base::ObjectGuid& object_guid);

  /// Gives `take` the number and the timeline of each CA that was listed.
  void visit(const std::function<void(std::int64_t ca, const history::CaTimeline&)>& take);

  [[nodiscard]] const history::ScanMoments& scans() const { return scans_; }

 private:
  /// The last scan that listed the CA, or 0.
  std::int64_t last_listed(std::int64_t ca);

  SQLite::Database& database_;
  history::ScanMoments scans_;
  IdentityReader identities_;
  VerdictReader verdicts_;
  Row changes_;
  LatestScans latest_;
  Row last_listed_;
  std::int64_t last_scan_;
};

}  // namespace casweep::store
