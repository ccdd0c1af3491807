// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/ledger.h"

#include <fmt/format.h>

#include <chrono>

#include <nlohmann/json.hpp>

#include "base/iso_time.h"
#include "base/octets.h"
#include "base/sha256.h"
#include "base/words.h"
#include "history/site_id.h"
#include "store/ledger_internal.h"
#include "store/scan_reader_internal.h"

namespace casweep::store {

namespace {

// Stored in every history: add, never rename.
constexpr auto ledger_words = base::words<LedgerKind>({
    {LedgerKind::scan_started, "scan_started"},
    {LedgerKind::scan_finished, "scan_finished"},
    {LedgerKind::decision, "disposition"},
    {LedgerKind::evidence_bundle, "evidence_bundle"},
});

}  // namespace

std::span<const LedgerKind> all_ledger_kinds() { return ledger_words.keys(); }
std::string_view word_of(LedgerKind kind) { return ledger_words.word_of(kind); }
std::optional<LedgerKind> ledger_kind_of_word(std::string_view word) { return ledger_words.key_of(word); }

history::LedgerHead append_ledger(SQLite::Database& database, base::Instant now, LedgerKind kind,
                                  const nlohmann::ordered_json& body) {
  const auto last = ledger_head(database);
  history::LedgerEntry entry{.seq = last.seq + 1,
                             .ts = base::iso_time(now),
                             .kind = std::string{word_of(kind)},
                             .body = body.dump(),
                             .prev = last.hash,
                             .hash = {}};
  entry.hash = history::ledger_hash(entry);
  SQLite::Statement insert(database, R"(
      INSERT INTO ledger (seq, ts, kind, body, prev, hash) VALUES (:seq, :ts, :kind, :body, :prev, :hash))");
  insert.bind(":seq", entry.seq);
  insert.bind(":ts", entry.ts);
  insert.bind(":kind", entry.kind);
  insert.bind(":body", entry.body);
  insert.bind(":prev", entry.prev);
  insert.bind(":hash", entry.hash);
  insert.exec();
  return {.seq = entry.seq, .hash = entry.hash};
}

history::LedgerHead ledger_head(SQLite::Database& database) {
  SQLite::Statement select(database, "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1");
  if (!select.executeStep()) return {};
  return {.seq = select.getColumn(0).getInt64(), .hash = select.getColumn(1).getString()};
}

std::optional<history::LedgerEntry> select_first_entry(SQLite::Database& database) {
  SQLite::Statement first(database, "SELECT seq, ts, kind, body, prev, hash FROM ledger ORDER BY seq LIMIT 1");
  if (!first.executeStep()) return std::nullopt;
  return entry_in(first);
}

std::optional<std::string> select_site_id(SQLite::Database& database) {
  const auto first = select_first_entry(database);
  if (!first) return std::nullopt;
  auto id = history::site_id_of(*first);
  if (!id) throw Altered("its first ledger entry was changed");
  return id;
}

history::LedgerEntry entry_in(SQLite::Statement& row) {
  return {.seq = row.getColumn(0).getInt64(),
          .ts = row.getColumn(1).getString(),
          .kind = row.getColumn(2).getString(),
          .body = row.getColumn(3).getString(),
          .prev = row.getColumn(4).getString(),
          .hash = row.getColumn(5).getString()};
}

void visit_ledger(SQLite::Database& database, const std::function<void(const history::LedgerEntry&)>& visit) {
  SQLite::Statement entry(database, "SELECT seq, ts, kind, body, prev, hash FROM ledger ORDER BY seq");
  while (entry.executeStep()) visit(entry_in(entry));
}

}  // namespace casweep::store
