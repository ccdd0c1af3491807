// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/ledger.h"

#include <fmt/format.h>

#include <chrono>

#include <nlohmann/json.hpp>

#include "discovery/octets.h"
#include "store/content_key_internal.h"
#include "store/ledger_internal.h"

namespace casweep::store {
namespace {

/// "2026-11-23T02:43:54.123Z" (ISO 8601, UTC).
std::string iso_time(Instant instant) {
  using namespace std::chrono;
  const auto day = floor<days>(instant);
  const year_month_day date{day};
  const hh_mm_ss time{instant - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

}  // namespace

std::string_view word_of(LedgerKind kind) {
  switch (kind) {
    case LedgerKind::migrated:
      return "migrated";
    case LedgerKind::scan_migrated:
      return "scan_migrated";
    case LedgerKind::scan_started:
      return "scan_started";
    case LedgerKind::scan_finished:
      return "scan_finished";
    case LedgerKind::disposition:
      return "disposition";
  }
  return "";
}

LedgerHead append_ledger(SQLite::Database& database, Instant now, LedgerKind kind, const nlohmann::ordered_json& body) {
  const auto last = ledger_head(database);
  const auto seq = last.seq + 1;
  const auto ts = iso_time(now);
  const std::string word{word_of(kind)};
  const auto text = body.dump();
  const auto hash = ledger_hash(last.hash, seq, ts, word, text);
  SQLite::Statement insert(database, R"(
      INSERT INTO ledger (seq, ts, kind, body, prev, hash) VALUES (:seq, :ts, :kind, :body, :prev, :hash))");
  insert.bind(":seq", seq);
  insert.bind(":ts", ts);
  insert.bind(":kind", word);
  insert.bind(":body", text);
  insert.bind(":prev", last.hash);
  insert.bind(":hash", hash);
  insert.exec();
  return {.seq = seq, .hash = hash};
}

LedgerHead ledger_head(SQLite::Database& database) {
  SQLite::Statement select(database, "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1");
  if (!select.executeStep()) return {};
  return {.seq = select.getColumn(0).getInt64(), .hash = select.getColumn(1).getString()};
}

std::string ledger_hash(std::string_view prev, std::int64_t seq, std::string_view ts, std::string_view kind,
                        std::string_view body) {
  const auto entry = fmt::format("{}\n{}\n{}\n{}\n{}", prev, seq, ts, kind, body);
  return discovery::to_hex(sha256({reinterpret_cast<const std::uint8_t*>(entry.data()), entry.size()}));
}

}  // namespace casweep::store
