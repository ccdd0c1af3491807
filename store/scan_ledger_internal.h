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

/// Hexadecimal digits kept of each observation's SHA-256. They only name the one that changed, as the SHA-256 of all of
/// them is kept whole: with 500 CAs a day, six are 1 MB a year.
inline constexpr std::size_t observation_digits = 6;

/// What the ledger binds of a scan when it begins: the columns that are known by then, as `begun_sha256`.
[[nodiscard]] nlohmann::ordered_json facts_of_begun_scan(SQLite::Database& database, std::int64_t scan);

/// What it binds of a scan that ended: its row, its listing (null: none) and its observations, in the order of their
/// CAs: `cas` as ranges of ca.id, `digits` of each one's SHA-256, `sha256` over all of these whole.
[[nodiscard]] nlohmann::ordered_json facts_of_ended_scan(SQLite::Database& database, std::int64_t scan);

/// Appends the entry of a scan that was just begun.
void append_scan_started(SQLite::Database& database, std::int64_t scan, base::Instant now);

/// Appends the entry of a scan that was just ended; `before`: the last rows before it recorded anything.
void append_scan_finished(SQLite::Database& database, std::int64_t scan, base::Instant now, const LastRows& before);

/// The ledger as it was before the scan began, and with its end; `after` is nullopt while the scan has not ended.
struct LedgerOfScan {
  std::optional<history::LedgerHead> before{};
  std::optional<history::LedgerHead> after{};
};
[[nodiscard]] LedgerOfScan select_ledger_of_scan(SQLite::Database& database, std::int64_t scan);

}  // namespace casweep::store
