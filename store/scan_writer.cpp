// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>
#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/object_guid.h"
#include "base/sha256.h"
#include "store/foreign_text_internal.h"
#include "store/row_writer_internal.h"
#include "store/scan_ledger_internal.h"
#include "store/scan_reader_internal.h"
#include "store/scan_writer_internal.h"

namespace casweep::store {
namespace {

using discovery::EnrollmentService;

std::int64_t milliseconds(base::Instant instant) { return instant.time_since_epoch().count(); }

std::optional<std::int64_t> milliseconds(const std::optional<std::chrono::sys_seconds>& instant) {
  if (!instant) return std::nullopt;
  return milliseconds(base::Instant{*instant});
}

template <typename Number>
std::optional<std::int64_t> number(const std::optional<Number>& value) {
  return value ? std::optional<std::int64_t>{*value} : std::nullopt;
}

void bind_number(SQLite::Statement& statement, const char* parameter, std::optional<std::int64_t> number) {
  if (number) {
    statement.bind(parameter, *number);
  } else {
    statement.bind(parameter);
  }
}

void bind_word(SQLite::Statement& statement, const char* parameter, std::string_view word) {
  statement.bind(parameter, std::string{word});
}

/// A random UUID (RFC 9562 section 5.4).
std::string new_uuid() {
  std::array<std::uint8_t, 16> octets;
  if (RAND_bytes(octets.data(), octets.size()) != 1) {
    throw std::runtime_error("OpenSSL returned no random numbers; check its configuration (openssl.cnf).");
  }
  octets[6] = static_cast<std::uint8_t>((octets[6] & 0x0F) | 0x40);
  octets[8] = static_cast<std::uint8_t>((octets[8] & 0x3F) | 0x80);
  const auto hex = base::to_hex(octets);
  const std::string_view digits = hex;
  return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                     digits.substr(16, 4), digits.substr(20));
}

std::int64_t id_of_certificate(RowWriter& certificates, const base::Octets& der) {
  return certificates.find_or_insert(RowContent().octets("sha256", base::sha256(der)).octets("der", der)).id;
}

/// Finds rows by their content and inserts new ones.
class ObservationWriter {
 public:
  explicit ObservationWriter(SQLite::Database& database) : database_(database) {}

  void insert(std::int64_t scan, const EnrollmentService& service, const history::Observation* read) {
    try {
      const auto ca = id_of_ca(service.object_guid);
      bind_number(insert_, ":scan_id", scan);
      bind_number(insert_, ":ca_id", ca);
      bind_number(insert_, ":ca_identity_id", id_of_identity(ca, service));
      if (read != nullptr && read->reading) {
        bind_number(insert_, ":reading_id", id_of_reading(*read->reading, read->judgement, read->rules_version));
        bind_number(insert_, ":started_at", milliseconds(read->reading->started_at));
        bind_number(insert_, ":finished_at", milliseconds(read->reading->finished_at));
      }
    } catch (const Altered& altered) {
      throw Altered(
          fmt::format("of the CA '{}', {}", base::name_or_guid(name_of(service), service.object_guid), altered.what()));
    }
    insert_.exec();
    insert_.reset();
    insert_.clearBindings();
  }

 private:
  std::int64_t id_of_ca(const base::ObjectGuid& object_guid) {
    return cas_.find_or_insert(RowContent().text("object_guid", object_guid.to_string())).id;
  }

  std::int64_t id_of_identity(std::int64_t ca, const EnrollmentService& service) {
    std::vector<std::int64_t> certificates;
    std::string positions;
    for (const auto& der : service.ca_certificates) {
      positions += fmt::format("{}{}:", positions.empty() ? "" : ",", certificates.size());
      certificates.push_back(id_of_certificate(certificates_, der));
      positions += std::to_string(certificates.back());
    }
    RowContent content;
    content.number("ca_id", ca)
        .foreign_text("distinguished_name", service.distinguished_name)
        .foreign_text("common_name", service.common_name)
        .foreign_text("display_name", service.display_name)
        .foreign_text("dns_host_name", service.dns_host_name)
        .foreign_text("ca_certificate_dn", service.ca_certificate_dn)
        .text("certificate_templates_json", json_of(service.certificate_templates))
        .number("flags", number(service.flags))
        .number("when_created_at", milliseconds(service.when_created))
        .number("when_changed_at", milliseconds(service.when_changed))
        .text("enrollment_servers_json", json_of(service.enrollment_servers))
        .text("duplicates_json", json_of(service.duplicates))
        .related("certificates", positions);
    content.octets("content_sha256", identities_.content_key(content));
    const auto [id, is_new] = identities_.find_or_insert(content);
    if (!is_new) return id;

    for (std::int64_t position = 0; const auto certificate : certificates) {
      bind_number(insert_identity_certificate_, ":ca_identity_id", id);
      bind_number(insert_identity_certificate_, ":position", position++);
      bind_number(insert_identity_certificate_, ":certificate_id", certificate);
      insert_identity_certificate_.exec();
      insert_identity_certificate_.reset();
    }
    return id;
  }

  std::int64_t id_of_reading(const assess::Reading& reading, const assess::Judgement& judgement, int rules_version) {
    const auto& result = reading.result;
    const auto* facts = result ? &*result : nullptr;
    const auto* failure = result ? nullptr : &result.error();
    const auto* value = facts != nullptr && facts->interface_flags ? &*facts->interface_flags : nullptr;
    const auto* error = failure != nullptr && !failure->error.domain.empty() ? &failure->error : nullptr;

    RowContent content;
    content.text("outcome", word_of(judgement.verdict))
        .text("reason", word_of(judgement.reason))
        .foreign_text("detail", judgement.detail)
        .number("rules_version", rules_version)
        .foreign_text("key_path", facts != nullptr ? facts->key_path : reading.key_path)
        .foreign_text("address", reading.address)
        .foreign_text("protocol", reading.protocol)
        .foreign_text("account", reading.account)
        .word("found_by", facts != nullptr ? word_of(facts->found_by) : "")
        .word("matched_by", facts != nullptr ? word_of(facts->matched_by) : "")
        .foreign_text("server_name",
                      facts != nullptr && facts->server_name ? std::string_view{*facts->server_name} : "")
        .number("value_type", value != nullptr ? std::optional<std::int64_t>{value->type} : std::nullopt)
        .octets("value_data",
                value != nullptr ? std::optional<std::span<const std::uint8_t>>{value->data} : std::nullopt)
        .number("interface_flags", judgement.interface_flags
                                       ? std::optional<std::int64_t>{judgement.interface_flags->bits()}
                                       : std::nullopt)
        .number("key_last_write_at", facts != nullptr ? milliseconds(facts->key_last_write) : std::nullopt)
        .foreign_text("failure_detail", failure != nullptr ? failure->detail : std::string_view{})
        .foreign_text("error_domain", error != nullptr ? error->domain : std::string_view{})
        .number("error_number", error != nullptr ? std::optional{error->number} : std::nullopt)
        .foreign_text("error_symbol", error != nullptr ? error->symbol : std::string_view{});
    content.octets("content_sha256", readings_.content_key(content));
    return readings_.find_or_insert(content).id;
  }

  SQLite::Database& database_;
  RowWriter cas_{database_, "ca", "object_guid"};
  RowWriter certificates_{database_, "certificate", "sha256"};
  RowWriter identities_{database_, "ca_identity", "content_sha256"};
  RowWriter readings_{database_, "reading", "content_sha256"};
  SQLite::Statement insert_identity_certificate_{database_, R"(
      INSERT INTO ca_identity_certificate (ca_identity_id, position, certificate_id)
      VALUES (:ca_identity_id, :position, :certificate_id))"};
  SQLite::Statement insert_{database_, R"(
      INSERT INTO observation (scan_id, ca_id, ca_identity_id, reading_id, started_at, finished_at)
      VALUES (:scan_id, :ca_id, :ca_identity_id, :reading_id, :started_at, :finished_at))"};
};

}  // namespace

std::int64_t insert_scan(SQLite::Database& database, const history::RunContext& start,
                         const history::ScanSettings& settings) {
  insert_row(database, "scan",
             RowContent()
                 .text("uuid", new_uuid())
                 .text("state", word_of(history::ScanState::running))
                 .number("started_at", milliseconds(start.started_at))
                 .text("tool_version", start.tool_version)
                 .foreign_text("account", start.account)
                 .foreign_text("host_name", start.host_name)
                 .foreign_text("os_user", start.os_user)
                 .text("settings_json", history::recorded_settings(settings, start)));
  return database.getLastInsertRowid();
}

void insert_listing(SQLite::Database& database, std::int64_t scan, const history::ScanListing& listing,
                    std::size_t discovered) {
  const auto& trusted = listing.nt_auth_certificates;
  RowContent content;
  content.number("scan_id", scan)
      .foreign_text("forest", listing.forest)
      .foreign_text("directory_server", listing.directory_server)
      .foreign_text("protection", listing.protection)
      .foreign_text("search_base", listing.base)
      .foreign_text("search_filter", listing.filter)
      .text("attributes_json", json_of(listing.attributes))
      .number("entries_returned", static_cast<std::int64_t>(listing.entries_returned))
      .number("discovered", static_cast<std::int64_t>(discovered))
      .foreign_text("server_name", listing.server.name)
      .foreign_text("server_proof", listing.server.proof)
      .foreign_text("server_address", listing.server.address)
      .foreign_text("server_claim", listing.server.claimed_name);
  if (listing.root_domain) {
    content.text("root_domain_guid", listing.root_domain->object_guid.to_string())
        .text("root_domain_sid", listing.root_domain->sid);
  }
  if (trusted) content.number("nt_auth_certificates", static_cast<std::int64_t>(trusted->size()));
  insert_row(database, "listing", content);
  if (!trusted) return;

  RowWriter certificates(database, "certificate", "sha256");
  SQLite::Statement insert_trusted(database, R"(
      INSERT INTO listing_nt_auth_certificate (scan_id, position, certificate_id)
      VALUES (:scan_id, :position, :certificate_id))");
  for (std::int64_t position = 0; const auto& der : *trusted) {
    bind_number(insert_trusted, ":scan_id", scan);
    bind_number(insert_trusted, ":position", position++);
    bind_number(insert_trusted, ":certificate_id", id_of_certificate(certificates, der));
    insert_trusted.exec();
    insert_trusted.reset();
  }
}

void insert_observations(SQLite::Database& database, std::int64_t scan, std::span<const EnrollmentService> listed,
                         std::span<const history::Observation> cas) {
  ObservationWriter writer(database);
  std::set<base::ObjectGuid> read;
  for (const auto& ca : cas) {
    writer.insert(scan, ca.service, &ca);
    read.insert(ca.service.object_guid);
  }
  for (const auto& service : listed) {
    if (!read.contains(service.object_guid)) writer.insert(scan, service, nullptr);
  }
}

bool is_running(SQLite::Database& database, std::int64_t scan) {
  SQLite::Statement select(database, "SELECT 1 FROM scan WHERE id = :scan_id AND state = 'running'");
  bind_number(select, ":scan_id", scan);
  return select.executeStep();
}

void end_scan(SQLite::Database& database, std::int64_t scan, history::ScanState state, base::Instant finished_at,
              std::string_view failure) {
  SQLite::Statement update(
      database, "UPDATE scan SET state = :state, finished_at = :finished_at, failure = :failure WHERE id = :scan_id");
  bind_word(update, ":state", word_of(state));
  bind_number(update, ":finished_at", milliseconds(finished_at));
  bind_foreign_text(update, ":failure", failure);
  bind_number(update, ":scan_id", scan);
  update.exec();
}

void interrupt_running_scans(SQLite::Database& database, base::Instant now) {
  std::vector<std::int64_t> scans;
  SQLite::Statement select(database, "SELECT id FROM scan WHERE state = 'running'");
  while (select.executeStep()) scans.push_back(select.getColumn(0).getInt64());
  for (const auto scan : scans) {
    SQLite::Statement update(database, "UPDATE scan SET state = 'interrupted' WHERE id = :scan_id");
    bind_number(update, ":scan_id", scan);
    update.exec();
    append_scan_finished(database, scan, now, last_rows(database));
  }
}

}  // namespace casweep::store
