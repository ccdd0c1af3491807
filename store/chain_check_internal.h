// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>

#include "store/damage_list_internal.h"

namespace casweep::store {

/// What the entries of the ledger record.
struct RecordedHistory {
  struct RecordedRow {
    std::int64_t seq;  ///< of the entry
    std::string sha256;
  };
  struct ScanFacts {
    std::int64_t seq;
    nlohmann::ordered_json facts;
  };
  using RowsById = std::map<std::int64_t, RecordedRow>;

  std::map<std::string, RowsById, std::less<>> rows{};     ///< by table
  std::map<std::int64_t, std::vector<ScanFacts>> scans{};  ///< by scan, oldest first
  std::map<std::int64_t, std::int64_t> scan_of_entry{};    ///< by seq

  [[nodiscard]] const RowsById& rows_of(std::string_view table) const;
};

/// The chain of the ledger, the kind, body and order of its entries, and whether it still has `noted_head` (empty: none
/// was noted). Counts the entries into `result`.
[[nodiscard]] RecordedHistory check_chain(SQLite::Database& database, const std::string& noted_head,
                                          HistoryCheck& result, DamageList& damages);

}  // namespace casweep::store
