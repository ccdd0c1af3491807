// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json_fwd.hpp>

#include "history/ledger.h"
#include "history/scan_record.h"

namespace casweep::store {

/// What an entry records.
enum class LedgerKind {
  scan_started,
  scan_finished,  ///< or failed, or was found interrupted; with everything it found
  decision,
  evidence_bundle,
};

[[nodiscard]] std::span<const LedgerKind> all_ledger_kinds();

/// Stable words: "scan_finished".
[[nodiscard]] std::string_view word_of(LedgerKind kind);
[[nodiscard]] std::optional<LedgerKind> ledger_kind_of_word(std::string_view word);

/// Appends an entry to the ledger and returns the new head. For use in the transaction (BEGIN IMMEDIATE) that records
/// the subject of the entry, so that neither exists without the other. New rows belong in `body`:
///
///   const auto before = last_rows(database);
///   … INSERT INTO disposition …
///   append_ledger(database, now, LedgerKind::decision, {{"rows", rows_since(database, before)}});
history::LedgerHead append_ledger(SQLite::Database& database, base::Instant now, LedgerKind kind,
                                  const nlohmann::ordered_json& body);

[[nodiscard]] history::LedgerHead ledger_head(SQLite::Database& database);

/// The entry in the current row of `row`, a select of seq, ts, kind, body, prev and hash.
[[nodiscard]] history::LedgerEntry entry_in(SQLite::Statement& row);

/// nullopt: the ledger is empty.
[[nodiscard]] std::optional<history::LedgerEntry> select_first_entry(SQLite::Database& database);

/// history::site_id_of() that entry; nullopt: the ledger is empty. Throws Altered if the entry was changed.
[[nodiscard]] std::optional<std::string> select_site_id(SQLite::Database& database);

/// Gives `visit` every entry, oldest first.
void visit_ledger(SQLite::Database& database, const std::function<void(const history::LedgerEntry&)>& visit);

}  // namespace casweep::store
