// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "store/ledger_rows_internal.h"
#include "store/scan_reader_internal.h"

namespace casweep::store {
namespace {

char letter_of(const SQLite::Column& value) {
  if (value.isInteger()) return 'i';
  if (value.isText()) return 't';
  return value.isBlob() ? 'b' : 'r';  // REAL, which is never written
}

}  // namespace

std::span<const LedgerTable> ledger_tables() {
  static constexpr LedgerTable tables[] = {
      {.name = "ca", .select = "SELECT id, object_guid FROM ca", .place = "SELECT NULL, :row"},
      {.name = "ca_identity",
       // With its certificates: WITHOUT ROWID, so those come in the order of their position.
       .select = R"(
          SELECT id, ca_id, content_sha256, distinguished_name, common_name, display_name, dns_host_name,
                 ca_certificate_dn, certificate_templates_json, flags, when_created_at, when_changed_at,
                 enrollment_servers_json, duplicates_json,
                 (SELECT group_concat(position || ':' || certificate_id) FROM ca_identity_certificate
                  WHERE ca_identity_id = ca_identity.id) AS certificates
          FROM ca_identity)",
       .place = "SELECT NULL, ca_id FROM ca_identity WHERE id = :row"},
      {.name = "certificate", .select = "SELECT id, sha256, der FROM certificate", .place = R"(
          SELECT NULL, ca_id FROM ca_identity_certificate JOIN ca_identity ON ca_identity.id = ca_identity_id
          WHERE certificate_id = :row
          UNION ALL
          SELECT scan_id, NULL FROM listing_nt_auth_certificate WHERE certificate_id = :row)"},
      {.name = "reading",
       .select = R"(
          SELECT id, content_sha256, outcome, reason, detail, rules_version, key_path, address, protocol, account,
                 found_by, matched_by, server_name, value_type, value_data, interface_flags, key_last_write_at, failure_detail,
                 error_domain, error_number, error_symbol
          FROM reading)",
       .place = "SELECT scan_id, ca_id FROM observation WHERE reading_id = :row ORDER BY scan_id DESC"},
      {.name = "disposition",
       .select = "SELECT id, ca_id, status, reason, approver, until_at, ticket, set_at, os_user FROM disposition",
       .place = "SELECT NULL, ca_id FROM disposition WHERE id = :row",
       .recorded_by = LedgerKind::decision},
      {.name = "evidence_bundle",
       .select = "SELECT id, scan_id, sums_sha256, signer_sha256, made_at, host_name, os_user FROM evidence_bundle",
       .place = "SELECT scan_id, NULL FROM evidence_bundle WHERE id = :row",
       .recorded_by = LedgerKind::evidence_bundle},
  };
  return tables;
}

const LedgerTable& ledger_table(std::string_view name) {
  const auto tables = ledger_tables();
  const auto found = std::ranges::find(tables, name, &LedgerTable::name);
  if (found == tables.end()) throw std::logic_error(fmt::format("the ledger does not bind the table {}", name));
  return *found;
}

std::string checked_entries(std::string_view which) {
  return fmt::format(R"(
      SELECT seq, ts, kind, body, prev, hash, (SELECT prev FROM ledger AS later WHERE later.seq = ledger.seq + 1)
      FROM ledger {})",
                     which);
}

history::LedgerEntry checked_entry_in(SQLite::Statement& row) {
  auto entry = entry_in(row);
  const auto prev_of_next = row.getColumn(6);
  if (history::ledger_hash(entry) != entry.hash || (!prev_of_next.isNull() && prev_of_next.getString() != entry.hash)) {
    throw Altered(fmt::format("ledger entry {} was changed", entry.seq));
  }
  return entry;
}

void require_rows_in_ledger(SQLite::Database& database, std::string_view name) {
  const LedgerTable& table = ledger_table(name);
  std::map<std::int64_t, std::string> recorded;
  SQLite::Statement entry(database, checked_entries("WHERE kind = :kind"));
  entry.bind(":kind", std::string(word_of(table.recorded_by)));
  while (entry.executeStep()) {
    const auto found = checked_entry_in(entry);
    const auto body = nlohmann::ordered_json::parse(found.body);
    for (const auto& row : body.at("rows").at(std::string(name))) {
      recorded[row.at(0).get<std::int64_t>()] = row.at(1).get<std::string>();
    }
  }
  SQLite::Statement row(database, std::string(table.select));
  while (row.executeStep()) {
    const auto id = row.getColumn(0).getInt64();
    const auto found = recorded.find(id);
    if (found == recorded.end()) throw Altered(fmt::format("{} {} is in no ledger entry", name, id));
    if (found->second != base::to_hex(row_sha256(row))) {
      throw Altered(fmt::format("{} {} is not what the ledger recorded", name, id));
    }
    recorded.erase(found);
  }
  if (!recorded.empty()) throw Altered(fmt::format("{} {} was deleted", name, recorded.begin()->first));
}

void append_null(std::string& content) { content += 'n'; }

void append_value(std::string& content, char type, std::string_view bytes) {
  content += type;
  content.append(std::to_string(bytes.size())).append(":").append(bytes);
}

void append_column(std::string& content, const SQLite::Column& value) {
  if (value.isNull()) {
    append_null(content);
    return;
  }
  const char type = letter_of(value);  // before getString(), which converts
  append_value(content, type, value.getString());
}

base::Octets row_sha256(SQLite::Statement& row) {
  std::string content;
  for (int index = 0; index < row.getColumnCount(); ++index) append_column(content, row.getColumn(index));
  return base::sha256(content);
}

LastRows last_rows(SQLite::Database& database) {
  LastRows last;
  for (const auto& table : ledger_tables()) {
    last[table.name] = database.execAndGet(fmt::format("SELECT ifnull(max(id), 0) FROM {}", table.name)).getInt64();
  }
  return last;
}

nlohmann::ordered_json rows_since(SQLite::Database& database, const LastRows& before) {
  auto rows = nlohmann::ordered_json::object();
  for (const auto& table : ledger_tables()) {
    SQLite::Statement row(database, fmt::format("{} WHERE id > :last ORDER BY id", table.select));
    const auto last = before.find(table.name);
    row.bind(":last", last == before.end() ? std::int64_t{0} : last->second);
    while (row.executeStep()) {
      rows[std::string{table.name}].push_back({row.getColumn(0).getInt64(), base::to_hex(row_sha256(row))});
    }
  }
  return rows;
}

}  // namespace casweep::store
