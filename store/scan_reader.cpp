// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "store/foreign_text_internal.h"
#include "store/scan_ledger_internal.h"
#include "store/scan_reader_internal.h"

namespace casweep::store {
namespace {

using discovery::Octets;
using Row = SQLite::Statement;

// TEXT and BLOB alike; NULL is empty.
std::string text(Row& row, const char* column) { return row.getColumn(column).getString(); }

std::optional<std::int64_t> number(Row& row, const char* column) {
  const auto value = row.getColumn(column);
  if (value.isNull()) return std::nullopt;
  return value.getInt64();
}

std::size_t count(Row& row, const char* column) { return static_cast<std::size_t>(number(row, column).value_or(0)); }

std::optional<Instant> instant(Row& row, const char* column) {
  const auto value = number(row, column);
  if (!value) return std::nullopt;
  return Instant{std::chrono::milliseconds{*value}};
}

std::optional<std::chrono::sys_seconds> seconds(Row& row, const char* column) {
  const auto value = instant(row, column);
  if (!value) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*value);
}

Octets octets(Row& row, const char* column) {
  const auto value = row.getColumn(column);
  const auto* data = static_cast<const std::uint8_t*>(value.getBlob());
  return data == nullptr ? Octets{} : Octets(data, data + value.getBytes());
}

template <typename Key>
Key key_in(std::initializer_list<Key> keys, const std::string& word) {
  for (const auto key : keys) {
    if (word_of(key) == word) return key;
  }
  throw Inconsistent(fmt::format("it holds the unknown word '{}'", word));
}

template <typename Key>
Key known(std::optional<Key> key, const std::string& word) {
  if (!key) throw Inconsistent(fmt::format("it holds the unknown word '{}'", word));
  return *key;
}

ScanState state_of(Row& row) {
  using enum ScanState;
  return key_in({running, complete, partial, interrupted, failed}, text(row, "state"));
}

discovery::EnrollmentService service_of(Row& row) {
  const auto guid = discovery::ObjectGuid::from_string(text(row, "object_guid"));
  if (!guid) throw Inconsistent("it holds an objectGUID that is none");
  const auto flags = number(row, "flags");
  return {
      .object_guid = *guid,
      .distinguished_name = text(row, "distinguished_name"),
      .common_name = text(row, "common_name"),
      .display_name = text(row, "display_name"),
      .dns_host_name = text(row, "dns_host_name"),
      .ca_certificates = {},
      .ca_certificate_dn = text(row, "ca_certificate_dn"),
      .certificate_templates = texts_of_json(text(row, "certificate_templates_json")),
      .flags = flags ? std::optional{static_cast<std::int32_t>(*flags)} : std::nullopt,
      .when_created = seconds(row, "when_created_at"),
      .when_changed = seconds(row, "when_changed_at"),
      .enrollment_servers = texts_of_json(text(row, "enrollment_servers_json")),
  };
}

assess::RegistryFacts facts_of(Row& row) {
  using assess::KeyFoundBy, assess::KeyMatchedBy;
  assess::RegistryFacts facts;
  facts.key_path = text(row, "key_path");
  facts.found_by =
      key_in({KeyFoundBy::sanitized_name, KeyFoundBy::active, KeyFoundBy::enumeration}, text(row, "found_by"));
  facts.matched_by = key_in({KeyMatchedBy::certificate_hash, KeyMatchedBy::common_name, KeyMatchedBy::key_name},
                            text(row, "matched_by"));
  if (const auto type = number(row, "value_type")) {
    facts.interface_flags = {.type = static_cast<std::uint32_t>(*type), .data = octets(row, "value_data")};
  }
  facts.key_last_write = seconds(row, "key_last_write_at");
  return facts;
}

assess::Verdict verdict_of(Row& row) {
  const auto outcome = text(row, "outcome");
  const auto reason = text(row, "reason");
  const auto flags = number(row, "interface_flags");
  return {
      .outcome = known(assess::outcome_of_word(outcome), outcome),
      .reason = known(assess::reason_of_word(reason), reason),
      .detail = text(row, "detail"),
      .interface_flags =
          flags ? std::optional{assess::InterfaceFlags{static_cast<std::uint32_t>(*flags)}} : std::nullopt,
  };
}

assess::Observation observation_of(Row& row, assess::Reason reason) {
  assess::Observation observation;
  if (row.getColumn("found_by").isNull()) {
    observation.key_path = text(row, "key_path");
    observation.result = tl::unexpected(assess::ReadFailure{
        .reason = reason,
        .detail = text(row, "failure_detail"),
        .error = {.domain = text(row, "error_domain"),
                  .number = number(row, "error_number").value_or(0),
                  .symbol = text(row, "error_symbol")},
    });
  } else {
    observation.result = facts_of(row);
  }
  observation.address = text(row, "address");
  observation.protocol = text(row, "protocol");
  observation.account = text(row, "account");
  observation.started_at = instant(row, "started_at").value_or(Instant{});
  observation.finished_at = instant(row, "finished_at").value_or(Instant{});
  return observation;
}

/// The observations that the query `chosen` names by scan_id and ca_id, by common name: two queries, however many.
std::vector<History::LastReading> select_readings(SQLite::Database& database, std::string_view chosen,
                                                  const std::function<void(Row&)>& bind) {
  Row certificate(database, fmt::format(R"(
      WITH chosen (scan_id, ca_id) AS ({})
      SELECT DISTINCT ca_identity_id, position, der
      FROM chosen CROSS JOIN observation USING (scan_id, ca_id)
           CROSS JOIN ca_identity_certificate USING (ca_identity_id)
           CROSS JOIN certificate ON certificate.id = certificate_id
      ORDER BY ca_identity_id, position)",
                                        chosen));
  bind(certificate);
  std::map<std::int64_t, std::vector<Octets>> certificates;
  while (certificate.executeStep()) {
    certificates[certificate.getColumn("ca_identity_id").getInt64()].push_back(octets(certificate, "der"));
  }

  Row row(database, fmt::format(R"(
      WITH chosen (scan_id, ca_id) AS ({})
      SELECT scan_id, started_at, finished_at, object_guid, ca_identity.*, reading.*, ca_identity_id
      FROM chosen CROSS JOIN observation USING (scan_id, ca_id) CROSS JOIN ca ON ca.id = observation.ca_id
           CROSS JOIN ca_identity ON ca_identity.id = ca_identity_id CROSS JOIN reading ON reading.id = reading_id
      ORDER BY common_name, object_guid, scan_id)",
                                chosen));
  bind(row);
  std::vector<History::LastReading> readings;
  while (row.executeStep()) {
    auto verdict = verdict_of(row);
    auto observation = observation_of(row, verdict.reason);
    CaRecord ca{.service = service_of(row), .observation = std::move(observation), .verdict = std::move(verdict)};
    ca.service.ca_certificates = certificates[row.getColumn("ca_identity_id").getInt64()];
    readings.push_back({.scan = row.getColumn("scan_id").getInt64(), .ca = std::move(ca)});
  }
  return readings;
}

}  // namespace

std::optional<ScanRecord> select_scan(SQLite::Database& database, std::int64_t scan) {
  SQLite::Transaction one_moment(database);
  Row row(database, R"(
      SELECT scan.*, listing.*, listing.scan_id IS NOT NULL AS listed
      FROM scan LEFT JOIN listing ON listing.scan_id = scan.id
      WHERE scan.id = :scan)");
  row.bind(":scan", scan);
  if (!row.executeStep()) return std::nullopt;

  ScanRecord record;
  record.id = scan;
  record.uuid = text(row, "uuid");
  record.state = state_of(row);
  record.start = {.started_at = instant(row, "started_at").value_or(Instant{}),
                  .tool_version = text(row, "tool_version"),
                  .account = text(row, "account"),
                  .host_name = text(row, "host_name"),
                  .os_user = text(row, "os_user"),
                  .settings_json = text(row, "settings_json")};
  record.finished_at = instant(row, "finished_at");
  record.failure = text(row, "failure");
  if (number(row, "listed") == 1) {
    record.listing = ScanListing{.forest = text(row, "forest"),
                                 .directory_server = text(row, "directory_server"),
                                 .protection = text(row, "protection"),
                                 .base = text(row, "search_base"),
                                 .filter = text(row, "search_filter"),
                                 .attributes = texts_of_json(text(row, "attributes_json")),
                                 .entries_returned = count(row, "entries_returned")};
    record.discovered = count(row, "discovered");
  }
  auto readings = select_readings(
      database, "SELECT scan_id, ca_id FROM observation WHERE scan_id = :scan AND reading_id IS NOT NULL",
      [&](Row& chosen) { chosen.bind(":scan", scan); });
  for (auto& reading : readings) record.cas.push_back(std::move(reading.ca));

  auto ledger = select_ledger_of_scan(database, scan);
  record.ledger_before = std::move(ledger.before);
  if (record.state != ScanState::running) record.ledger_after = std::move(ledger.after);
  return record;
}

std::vector<ScanSummary> select_scans(SQLite::Database& database) {
  Row row(database, R"(
      SELECT id, uuid, state, started_at, finished_at, discovered
      FROM scan LEFT JOIN listing ON listing.scan_id = scan.id
      ORDER BY id DESC)");
  std::vector<ScanSummary> scans;
  while (row.executeStep()) {
    scans.push_back({.id = row.getColumn("id").getInt64(),
                     .uuid = text(row, "uuid"),
                     .state = state_of(row),
                     .started_at = instant(row, "started_at").value_or(Instant{}),
                     .finished_at = instant(row, "finished_at"),
                     .discovered = count(row, "discovered")});
  }
  return scans;
}

std::optional<std::int64_t> select_last_scan(SQLite::Database& database, bool partial_too) {
  Row row(database, R"(
      SELECT id FROM scan WHERE state = 'complete' OR (state = 'partial' AND :partial_too) ORDER BY id DESC LIMIT 1)");
  row.bind(":partial_too", partial_too ? 1 : 0);
  if (!row.executeStep()) return std::nullopt;
  return row.getColumn(0).getInt64();
}

std::vector<History::LastReading> select_readings_at_changes(SQLite::Database& database,
                                                             const discovery::ObjectGuid& object_guid) {
  SQLite::Transaction one_moment(database);
  auto readings = select_readings(database, R"(
      SELECT scan_id, ca_id FROM ca_change WHERE ca_id = (SELECT id FROM ca WHERE object_guid = :object_guid))",
                                  [&](Row& chosen) { chosen.bind(":object_guid", object_guid.to_string()); });
  std::ranges::sort(readings, {}, &History::LastReading::scan);
  return readings;
}

std::vector<History::LastReading> select_cas_named(SQLite::Database& database, std::string_view name) {
  SQLite::Transaction one_moment(database);
  const auto guid = discovery::ObjectGuid::from_string(name);
  // By every name the CA ever had: what an auditor has in hand may be an old report.
  return select_readings(database, R"(
      SELECT (SELECT scan_id FROM observation WHERE ca_id = named.ca_id AND reading_id IS NOT NULL
              ORDER BY scan_id DESC LIMIT 1) AS scan_id,
             ca_id
      FROM (SELECT id AS ca_id FROM ca WHERE object_guid = :object_guid
            UNION
            SELECT ca_id FROM ca_identity
            WHERE common_name = :name COLLATE NOCASE OR display_name = :name COLLATE NOCASE
               OR dns_host_name || '\' || common_name = :name COLLATE NOCASE
               OR dns_host_name || '\' || display_name = :name COLLATE NOCASE) AS named
      WHERE scan_id IS NOT NULL)",
                         [&](Row& chosen) {
                           chosen.bind(":object_guid", guid ? guid->to_string() : std::string{});
                           bind_foreign_text(chosen, ":name", name);
                         });
}

}  // namespace casweep::store
