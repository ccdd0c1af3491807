// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/scan_reader_internal.h"

namespace casweep::store {

/// Compares scans with what the ledger recorded of them, before a command relies on them. Every member throws Altered,
/// with a sentence that names the scan or the row that differs. For use in the transaction that reads the scans.
class RecordedScans {
 public:
  explicit RecordedScans(SQLite::Database& database) : database_(database) {}

  /// The scan's row, its listing and its observations, and all rows that those refer to. False: there is no such scan.
  bool require(std::int64_t scan);

  /// The same for every scan from the newest complete one until `scan`.
  void require_until(std::int64_t scan);

  /// The same for the newest complete scan and every scan that began after it. The ledger says which
  /// scans those are: the history has no other scan after the newest complete one. Returns the newest complete scan; 0:
  /// there is none.
  std::int64_t require_newest();

  /// ca_latest and ca_change agree with the observations of the scans from `first` on that are the newest of their CA,
  /// and scan_total with all of them. For the scans that require_newest() compared.
  void require_derived_since(std::int64_t first);

  /// The totals of every scan from the newest complete one until `last` agree with its observations, and those with the
  /// ledger. INT64_MAX: until the newest scan.
  void require_totals_until(std::int64_t last);

 private:
  void require_rows(std::int64_t first, std::int64_t last, std::int64_t newest_entry);
  void require_totals(std::int64_t first, std::int64_t last);

  SQLite::Database& database_;
  std::map<std::string_view, std::set<std::int64_t>> compared_;  ///< rows, by table and id: they never change
};

/// What to throw if scan_total is wrong about `scan`.
[[nodiscard]] Altered other_totals(std::int64_t scan);

/// Throws Altered unless the CAs with decisions are those that the ledger recorded.
void require_cas_of_decisions(SQLite::Database& database);

}  // namespace casweep::store
