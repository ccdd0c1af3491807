// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json_fwd.hpp>

#include "history/scan_record.h"
#include "store/ledger_rows_internal.h"

namespace casweep::store {

/// Hexadecimal digits kept of each observation's SHA-256. They only tell which one changed; the SHA-256 over all
/// observations is kept in full. With 500 CAs a day, six digits take 1 MB a year.
inline constexpr std::size_t observation_digits = 6;

/// What the ledger binds when a scan begins: the columns that are known by then, as `begun_sha256`.
[[nodiscard]] nlohmann::ordered_json facts_of_begun_scan(SQLite::Database& database, std::int64_t scan);

/// What the ledger binds when a scan ends: its row, its listing (null: none) and its observations in the order of their
/// CAs: `cas` as ranges of ca.id, `digits` of each SHA-256, `sha256` over all of these in full.
[[nodiscard]] nlohmann::ordered_json facts_of_ended_scan(SQLite::Database& database, std::int64_t scan);

/// Appends the entry of a scan that was just begun.
void append_scan_started(SQLite::Database& database, std::int64_t scan, base::Instant now);

/// Appends the entry of a scan that was just ended; `before`: the last rows before it recorded anything.
void append_scan_finished(SQLite::Database& database, std::int64_t scan, base::Instant now, const LastRows& before);

/// The head of the ledger before the scan began and after it ended; `after` is nullopt until then.
struct LedgerOfScan {
  std::optional<history::LedgerHead> before{};
  std::optional<history::LedgerHead> after{};
};
[[nodiscard]] LedgerOfScan select_ledger_of_scan(SQLite::Database& database, std::int64_t scan);

}  // namespace casweep::store
