// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "store/changes_since_internal.h"
#include "store/foreign_text_internal.h"
#include "store/recorded_scans_internal.h"
#include "store/row_internal.h"
#include "store/scan_ledger_internal.h"
#include "store/scan_reader_internal.h"

namespace casweep::store {
namespace {

using base::Octets;

std::optional<std::chrono::sys_seconds> seconds(Row& row, const char* column) {
  const auto value = instant_in(row, column);
  if (!value) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*value);
}

history::ScanState state_of(Row& row) { return key_in(row, "state", history::scan_state_of_word); }

discovery::EnrollmentService service_of(Row& row) {
  const auto guid = base::ObjectGuid::from_string(text_in(row, "object_guid"));
  if (!guid) throw Inconsistent("it holds an invalid objectGUID");
  const auto flags = number_in(row, "flags");
  return {
      .object_guid = *guid,
      .distinguished_name = text_in(row, "distinguished_name"),
      .common_name = text_in(row, "common_name"),
      .display_name = text_in(row, "display_name"),
      .dns_host_name = text_in(row, "dns_host_name"),
      .ca_certificates = {},
      .ca_certificate_dn = text_in(row, "ca_certificate_dn"),
      .certificate_templates = texts_of_json(text_in(row, "certificate_templates_json")),
      .flags = flags ? std::optional{static_cast<std::int32_t>(*flags)} : std::nullopt,
      .when_created = seconds(row, "when_created_at"),
      .when_changed = seconds(row, "when_changed_at"),
      .enrollment_servers = texts_of_json(text_in(row, "enrollment_servers_json")),
      .duplicates = duplicates_of_json(text_in(row, "duplicates_json")),
  };
}

assess::RegistryFacts facts_of(Row& row) {
  assess::RegistryFacts facts;
  facts.key_path = text_in(row, "key_path");
  facts.found_by = key_in(row, "found_by", assess::key_found_by_of_word);
  facts.matched_by = key_in(row, "matched_by", assess::key_matched_by_of_word);
  if (!row.getColumn("server_name").isNull()) facts.server_name = text_in(row, "server_name");
  if (const auto type = number_in(row, "value_type")) {
    facts.interface_flags = {.type = static_cast<std::uint32_t>(*type), .data = octets_in(row, "value_data")};
  }
  facts.key_last_write = seconds(row, "key_last_write_at");
  return facts;
}

assess::Judgement judgement_of(Row& row) {
  const auto flags = number_in(row, "interface_flags");
  return {
      .verdict = key_in(row, "outcome", assess::verdict_of_word),
      .reason = key_in(row, "reason", assess::reason_of_word),
      .detail = text_in(row, "detail"),
      .interface_flags =
          flags ? std::optional{assess::InterfaceFlags{static_cast<std::uint32_t>(*flags)}} : std::nullopt,
  };
}

assess::Reading reading_of(Row& row, assess::Reason reason) {
  assess::Reading reading;
  if (row.getColumn("found_by").isNull()) {
    reading.key_path = text_in(row, "key_path");
    reading.result = tl::unexpected(assess::ReadFailure{
        .reason = reason,
        .detail = text_in(row, "failure_detail"),
        .error = {.domain = text_in(row, "error_domain"),
                  .number = number_in(row, "error_number").value_or(0),
                  .symbol = text_in(row, "error_symbol")},
    });
  } else {
    reading.result = facts_of(row);
  }
  reading.address = text_in(row, "address");
  reading.protocol = text_in(row, "protocol");
  reading.account = text_in(row, "account");
  reading.started_at = instant_in(row, "started_at").value_or(base::Instant{});
  reading.finished_at = instant_in(row, "finished_at").value_or(base::Instant{});
  return reading;
}

history::Observation observation_of(Row& row, discovery::EnrollmentService service) {
  if (row.getColumn("reading_id").isNull()) return history::unread(std::move(service), "It was listed and never read.");
  if (row.getColumn("outcome").isNull()) throw Inconsistent("the reading of an observation is missing");
  auto judgement = judgement_of(row);
  auto reading = reading_of(row, judgement.reason);
  return {.service = std::move(service),
          .reading = std::move(reading),
          .judgement = std::move(judgement),
          .rules_version = static_cast<int>(number_in(row, "rules_version").value_or(0))};
}

/// The certificates of the identities in the observations that the query `chosen` names, in the directory's order.
std::map<std::int64_t, std::vector<Octets>> select_certificates(SQLite::Database& database, std::string_view chosen,
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
    certificates[certificate.getColumn("ca_identity_id").getInt64()].push_back(octets_in(certificate, "der"));
  }
  return certificates;
}

/// The CAs that a scan listed but did not read, by common name.
std::vector<discovery::EnrollmentService> select_not_read(SQLite::Database& database, std::int64_t scan) {
  auto certificates = select_certificates(
      database, "SELECT scan_id, ca_id FROM observation WHERE scan_id = :scan AND reading_id IS NULL",
      [&](Row& chosen) { chosen.bind(":scan", scan); });
  Row row(database, R"(
      SELECT object_guid, ca_identity.*, ca_identity_id
      FROM observation CROSS JOIN ca ON ca.id = observation.ca_id
           CROSS JOIN ca_identity ON ca_identity.id = ca_identity_id
      WHERE scan_id = :scan AND reading_id IS NULL
      ORDER BY common_name, object_guid)");
  row.bind(":scan", scan);
  std::vector<discovery::EnrollmentService> services;
  while (row.executeStep()) {
    auto service = service_of(row);
    service.ca_certificates = std::move(certificates[row.getColumn("ca_identity_id").getInt64()]);
    services.push_back(std::move(service));
  }
  return services;
}

/// The observations that the query `chosen` names by scan_id and ca_id, by common name, in two queries. CAs that were
/// listed but not read are included.
std::vector<History::PastObservation> select_observations(SQLite::Database& database, std::string_view chosen,
                                                          const std::function<void(Row&)>& bind) {
  auto certificates = select_certificates(database, chosen, bind);
  Row row(database, fmt::format(R"(
      WITH chosen (scan_id, ca_id) AS ({})
      SELECT scan_id, started_at, finished_at, reading_id, object_guid, ca_identity.*, reading.*, ca_identity_id
      FROM chosen CROSS JOIN observation USING (scan_id, ca_id) CROSS JOIN ca ON ca.id = observation.ca_id
           CROSS JOIN ca_identity ON ca_identity.id = ca_identity_id LEFT JOIN reading ON reading.id = reading_id
      ORDER BY common_name, object_guid, scan_id)",
                                chosen));
  bind(row);
  std::vector<History::PastObservation> observations;
  while (row.executeStep()) {
    auto service = service_of(row);
    service.ca_certificates = certificates[row.getColumn("ca_identity_id").getInt64()];
    observations.push_back(
        {.scan = row.getColumn("scan_id").getInt64(), .ca = observation_of(row, std::move(service))});
  }
  return observations;
}

std::optional<discovery::RootDomain> root_domain_of(Row& row) {
  const auto text = text_in(row, "root_domain_guid");
  if (text.empty()) return std::nullopt;
  const auto guid = base::ObjectGuid::from_string(text);
  if (!guid) throw Inconsistent("it holds an invalid objectGUID");
  return discovery::RootDomain{.object_guid = *guid, .sid = text_in(row, "root_domain_sid")};
}

std::vector<Octets> select_nt_auth(SQLite::Database& database, std::int64_t scan) {
  Row row(database, R"(
      SELECT der FROM listing_nt_auth_certificate CROSS JOIN certificate ON certificate.id = certificate_id
      WHERE scan_id = :scan ORDER BY position)");
  row.bind(":scan", scan);
  std::vector<Octets> certificates;
  while (row.executeStep()) certificates.push_back(octets_in(row, "der"));
  return certificates;
}

}  // namespace

std::optional<history::ScanRecord> select_scan(SQLite::Database& database, std::int64_t scan, RecordedScans& recorded) {
  const SQLite::Transaction one_moment(database);
  if (!recorded.require(scan)) return std::nullopt;
  return select_scan_in_transaction(database, scan);
}

std::optional<history::ScanRecord> select_scan_in_transaction(SQLite::Database& database, std::int64_t scan) {
  Row row(database, R"(
      SELECT scan.*, listing.*, listing.scan_id IS NOT NULL AS listed
      FROM scan LEFT JOIN listing ON listing.scan_id = scan.id
      WHERE scan.id = :scan)");
  row.bind(":scan", scan);
  if (!row.executeStep()) return std::nullopt;

  history::ScanRecord record;
  record.id = scan;
  record.uuid = text_in(row, "uuid");
  record.state = state_of(row);
  record.start = {.started_at = instant_in(row, "started_at").value_or(base::Instant{}),
                  .tool_version = text_in(row, "tool_version"),
                  .account = text_in(row, "account"),
                  .host_name = text_in(row, "host_name"),
                  .os_user = text_in(row, "os_user")};
  auto settings = history::read_settings(text_in(row, "settings_json"), record.start);
  if (!settings) throw Inconsistent("the settings of a scan are not what casweep records");
  record.settings = *std::move(settings);
  record.finished_at = instant_in(row, "finished_at");
  record.failure = text_in(row, "failure");
  if (number_in(row, "listed") == 1) {
    record.listing = history::ScanListing{.forest = text_in(row, "forest"),
                                          .directory_server = text_in(row, "directory_server"),
                                          .protection = text_in(row, "protection"),
                                          .base = text_in(row, "search_base"),
                                          .filter = text_in(row, "search_filter"),
                                          .attributes = texts_of_json(text_in(row, "attributes_json")),
                                          .entries_returned = count_in(row, "entries_returned"),
                                          .server = {.name = text_in(row, "server_name"),
                                                     .proof = text_in(row, "server_proof"),
                                                     .address = text_in(row, "server_address"),
                                                     .claimed_name = text_in(row, "server_claim")},
                                          .root_domain = root_domain_of(row)};
    if (number_in(row, "nt_auth_certificates")) record.listing->nt_auth_certificates = select_nt_auth(database, scan);
    record.discovered = count_in(row, "discovered");
  }
  auto observations = select_observations(
      database, "SELECT scan_id, ca_id FROM observation WHERE scan_id = :scan AND reading_id IS NOT NULL",
      [&](Row& chosen) { chosen.bind(":scan", scan); });
  for (auto& reading : observations) record.cas.push_back(std::move(reading.ca));
  record.not_read = select_not_read(database, scan);
  record.since = select_changes_since(database, scan, scan);

  auto ledger = select_ledger_of_scan(database, scan);
  record.ledger_before = std::move(ledger.before);
  if (record.state != history::ScanState::running) record.ledger_after = std::move(ledger.after);
  return record;
}

std::optional<base::Instant> select_last_end(SQLite::Database& database) {
  Row row(database, "SELECT finished_at FROM scan WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT 1");
  return row.executeStep() ? instant_in(row, "finished_at") : std::nullopt;
}

std::optional<base::Instant> select_newest_moment(SQLite::Database& database) {
  Row row(database, R"(
      SELECT max(at) AS at
      FROM (SELECT max(started_at) AS at FROM scan
            UNION ALL SELECT max(finished_at) FROM scan
            UNION ALL SELECT max(set_at) FROM disposition
            UNION ALL SELECT max(made_at) FROM evidence_bundle))");
  return row.executeStep() ? instant_in(row, "at") : std::nullopt;
}

std::optional<base::Instant> select_newest_scan_moment(SQLite::Database& database) {
  Row row(database, "SELECT max(max(started_at), ifnull(max(finished_at), 0)) AS at FROM scan");
  return row.executeStep() ? instant_in(row, "at") : std::nullopt;
}

History::Contents select_contents(SQLite::Database& database) {
  Row row(database, R"(
      SELECT count(*) AS scans, count(*) FILTER (WHERE state = 'complete') AS complete_scans,
             min(started_at) AS first_began, max(started_at) AS last_began, (SELECT count(*) FROM ca) AS cas,
             (SELECT count(*) FROM observation) AS observations, (SELECT count(*) FROM disposition) AS decisions,
             (SELECT count(*) FROM evidence_bundle) AS evidence_bundles
      FROM scan)");
  row.executeStep();
  return {.scans = count_in(row, "scans"),
          .complete_scans = count_in(row, "complete_scans"),
          .first_began = instant_in(row, "first_began"),
          .last_began = instant_in(row, "last_began"),
          .cas = count_in(row, "cas"),
          .observations = count_in(row, "observations"),
          .decisions = count_in(row, "decisions"),
          .evidence_bundles = count_in(row, "evidence_bundles")};
}

History::Forest select_forest(SQLite::Database& database) {
  SQLite::Transaction one_moment(database);
  History::Forest forest;
  Row name(database, "SELECT forest FROM listing WHERE forest IS NOT NULL ORDER BY scan_id DESC LIMIT 1");
  if (name.executeStep()) forest.name = text_in(name, "forest");
  Row identity(database, R"(
      SELECT root_domain_guid, root_domain_sid FROM listing
      WHERE root_domain_guid IS NOT NULL ORDER BY scan_id DESC LIMIT 1)");
  if (identity.executeStep()) forest.root_domain = root_domain_of(identity);
  return forest;
}

std::vector<discovery::EnrollmentService> select_known_cas(SQLite::Database& database, RecordedScans& recorded) {
  SQLite::Transaction one_moment(database);
  const auto complete = recorded.require_newest();
  std::vector<discovery::EnrollmentService> known;
  for (auto& last : select_observations(database, R"(
      SELECT max(scan_id), ca_id FROM observation WHERE scan_id >= :complete GROUP BY ca_id)",
                                        [&](Row& chosen) { chosen.bind(":complete", complete); })) {
    known.push_back(std::move(last.ca.service));
  }
  return known;
}

std::optional<std::int64_t> select_last_scan(SQLite::Database& database, RecordedScans& recorded) {
  SQLite::Transaction one_moment(database);
  const auto complete = recorded.require_newest();
  return complete == 0 ? std::nullopt : std::optional{complete};
}

std::vector<History::PastObservation> select_observations_at_changes(SQLite::Database& database,
                                                                     const base::ObjectGuid& object_guid) {
  SQLite::Transaction one_moment(database);
  auto observations = select_observations(database, R"(
      SELECT scan_id, ca_id FROM ca_change
      WHERE ca_id = (SELECT id FROM ca WHERE object_guid = :object_guid) AND reading_id IS NOT NULL)",
                                          [&](Row& chosen) { chosen.bind(":object_guid", object_guid.to_string()); });
  std::ranges::sort(observations, {}, &History::PastObservation::scan);
  return observations;
}

std::vector<history::CaNames> select_ca_names(SQLite::Database& database) {
  // With every name the CA ever had, because an auditor may have an old report.
  Row row(database, R"(
      SELECT object_guid, common_name, display_name, dns_host_name, duplicates_json,
             ca_identity.id = ca_latest.ca_identity_id AS is_latest,
             (SELECT min(id) FROM scan WHERE state = 'complete' AND id > ca_latest.scan_id) AS removed_in
      FROM ca JOIN ca_latest ON ca_latest.ca_id = ca.id JOIN ca_identity ON ca_identity.ca_id = ca.id
      ORDER BY ca.id, ca_identity.id)");
  std::vector<history::CaNames> cas;
  while (row.executeStep()) {
    const auto guid = base::ObjectGuid::from_string(text_in(row, "object_guid"));
    if (!guid) throw Inconsistent("it holds an invalid objectGUID");
    if (cas.empty() || cas.back().object_guid != *guid) cas.push_back({.object_guid = *guid});
    history::CaNames& ca = cas.back();
    history::CaNames::Names names{text_in(row, "common_name"), text_in(row, "display_name"),
                                  text_in(row, "dns_host_name")};
    for (const auto& duplicate : duplicates_of_json(text_in(row, "duplicates_json"))) {
      ca.duplicates.push_back(duplicate.object_guid);
    }
    if (number_in(row, "is_latest") == 1) {
      ca.now = std::move(names);
      ca.removed = number_in(row, "removed_in");
    } else {
      ca.earlier.push_back(std::move(names));
    }
  }
  return cas;
}

std::vector<History::PastObservation> select_cas_named(SQLite::Database& database, std::string_view name) {
  SQLite::Transaction one_moment(database);
  const auto names = select_ca_names(database);
  auto guids = nlohmann::ordered_json::array();
  for (const std::size_t found : history::cas_named(names, name)) guids.push_back(names[found].object_guid.to_string());
  return select_observations(database, R"(
      SELECT ifnull(read_scan_id, scan_id) AS scan_id, ca_id
      FROM json_each(:object_guids) JOIN ca ON ca.object_guid = value JOIN ca_latest ON ca_latest.ca_id = ca.id)",
                             [&](Row& chosen) { chosen.bind(":object_guids", guids.dump()); });
}

}  // namespace casweep::store
