// SPDX-License-Identifier: GPL-3.0-or-later
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "store/ledger_internal.h"
#include "store/scan_ledger_internal.h"

namespace casweep::store {
namespace {

using nlohmann::ordered_json;

/// The SHA-256 of the one row that `query` finds; null: there is none.
ordered_json sha256_of_row(SQLite::Database& database, const char* query, std::int64_t scan) {
  SQLite::Statement row(database, query);
  row.bind(":scan", scan);
  return row.executeStep() ? ordered_json(base::to_hex(row_sha256(row))) : nullptr;
}

ordered_json observations_of(SQLite::Database& database, std::int64_t scan) {
  SQLite::Statement row(database, R"(
      SELECT ca_id, scan_id, ca_identity_id, reading_id, started_at, finished_at
      FROM observation WHERE scan_id = :scan ORDER BY ca_id)");
  row.bind(":scan", scan);
  auto cas = ordered_json::array();
  base::Octets all;
  std::string digits;
  std::int64_t first = 0;
  std::int64_t last = 0;
  while (row.executeStep()) {
    const auto digest = row_sha256(row);
    all.insert(all.end(), digest.begin(), digest.end());
    digits += base::to_hex(digest).substr(0, observation_digits);
    const auto ca = row.getColumn(0).getInt64();
    if (digits.size() > observation_digits && ca == last + 1) {
      cas.back() = {first, ca};
    } else {
      first = ca;
      cas.push_back({ca, ca});
    }
    last = ca;
  }
  return {{"cas", std::move(cas)}, {"sha256", base::to_hex(base::sha256(all))}, {"digits", std::move(digits)}};
}

void append(SQLite::Database& database, std::int64_t scan, base::Instant now, LedgerKind kind,
            const ordered_json& facts) {
  SQLite::Statement select(database, "SELECT uuid, state FROM scan WHERE id = :scan");
  select.bind(":scan", scan);
  select.executeStep();
  ordered_json body{
      {"scan", scan}, {"uuid", select.getColumn(0).getString()}, {"state", select.getColumn(1).getString()}};
  body.update(facts);
  const auto entry = append_ledger(database, now, kind, body);
  SQLite::Statement insert(database, "INSERT INTO ledger_scan (scan_id, seq) VALUES (:scan, :seq)");
  insert.bind(":scan", scan);
  insert.bind(":seq", entry.seq);
  insert.exec();
}

}  // namespace

ordered_json facts_of_begun_scan(SQLite::Database& database, std::int64_t scan) {
  return {{"begun_sha256", sha256_of_row(database, R"(
      SELECT id, uuid, started_at, tool_version, account, host_name, os_user, settings_json
      FROM scan WHERE id = :scan)",
                                         scan)}};
}

ordered_json facts_of_ended_scan(SQLite::Database& database, std::int64_t scan) {
  return {{"scan_sha256", sha256_of_row(database, R"(
              SELECT id, uuid, state, started_at, finished_at, tool_version, account, host_name, os_user, settings_json,
                     failure
              FROM scan WHERE id = :scan)",
                                        scan)},
          {"listing_sha256", sha256_of_row(database, R"(
              SELECT scan_id, forest, directory_server, protection, search_base, search_filter, attributes_json,
                     entries_returned, discovered, server_name, server_proof, server_address, server_claim,
                     root_domain_guid, root_domain_sid, nt_auth_certificates,
                     (SELECT group_concat(position || ':' || certificate_id) FROM listing_nt_auth_certificate
                      WHERE scan_id = listing.scan_id)
              FROM listing WHERE scan_id = :scan)",
                                           scan)},
          {"observations", observations_of(database, scan)}};
}

void append_scan_started(SQLite::Database& database, std::int64_t scan, base::Instant now) {
  append(database, scan, now, LedgerKind::scan_started, facts_of_begun_scan(database, scan));
}

void append_scan_finished(SQLite::Database& database, std::int64_t scan, base::Instant now, const LastRows& before) {
  auto facts = facts_of_ended_scan(database, scan);
  facts["rows"] = rows_since(database, before);
  append(database, scan, now, LedgerKind::scan_finished, facts);
}

LedgerOfScan select_ledger_of_scan(SQLite::Database& database, std::int64_t scan) {
  SQLite::Statement entry(database, R"(
      SELECT seq, kind, prev, hash FROM ledger_scan JOIN ledger USING (seq) WHERE scan_id = :scan ORDER BY seq)");
  entry.bind(":scan", scan);
  LedgerOfScan ledger;
  while (entry.executeStep()) {
    const auto seq = entry.getColumn(0).getInt64();
    if (entry.getColumn(1).getString() == word_of(LedgerKind::scan_started)) {
      ledger.before = {.seq = seq - 1, .hash = entry.getColumn(2).getString()};
    } else {
      ledger.after = {.seq = seq, .hash = entry.getColumn(3).getString()};
    }
  }
  return ledger;
}

}  // namespace casweep::store
