// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>
#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "discovery/object_guid.h"
#include "store/content_key_internal.h"
#include "store/foreign_text_internal.h"
#include "store/scan_ledger_internal.h"
#include "store/scan_writer_internal.h"
#include "store/sha256.h"

namespace casweep::store {
namespace {

using discovery::EnrollmentService;

std::int64_t milliseconds(Instant instant) { return instant.time_since_epoch().count(); }

std::optional<std::int64_t> milliseconds(const std::optional<std::chrono::sys_seconds>& instant) {
  if (!instant) return std::nullopt;
  return milliseconds(Instant{*instant});
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

void bind_octets(SQLite::Statement& statement, const char* parameter, std::span<const std::uint8_t> octets) {
  static constexpr std::uint8_t none = 0;  // a null pointer would bind NULL, not an empty BLOB
  statement.bind(parameter, static_cast<const void*>(octets.empty() ? &none : octets.data()),
                 static_cast<int>(octets.size()));
}

void bind_word(SQLite::Statement& statement, const char* parameter, std::string_view word) {
  statement.bind(parameter, std::string{word});
}

/// A random UUID (RFC 9562 section 5.4).
std::string new_uuid() {
  std::array<std::uint8_t, 16> octets;
  if (RAND_bytes(octets.data(), octets.size()) != 1) {
    throw std::runtime_error("OpenSSL has no random numbers; look at its configuration (openssl.cnf).");
  }
  octets[6] = static_cast<std::uint8_t>((octets[6] & 0x0F) | 0x40);
  octets[8] = static_cast<std::uint8_t>((octets[8] & 0x3F) | 0x80);
  const auto hex = discovery::to_hex(octets);
  const std::string_view digits = hex;
  return fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                     digits.substr(16, 4), digits.substr(20));
}

/// Finds rows by their content, and makes those that are new.
class ObservationWriter {
 public:
  explicit ObservationWriter(SQLite::Database& database) : database_(database) {}

  void insert(std::int64_t scan, const EnrollmentService& service, const CaRecord* read) {
    const auto ca = id_of_ca(service.object_guid);
    bind_number(insert_, ":scan_id", scan);
    bind_number(insert_, ":ca_id", ca);
    bind_number(insert_, ":ca_identity_id", id_of_identity(ca, service));
    if (read != nullptr) {
      bind_number(insert_, ":reading_id", id_of_reading(read->observation, read->verdict));
      bind_number(insert_, ":started_at", milliseconds(read->observation.started_at));
      bind_number(insert_, ":finished_at", milliseconds(read->observation.finished_at));
    }
    run(insert_);
  }

 private:
  static void run(SQLite::Statement& statement) {
    statement.exec();
    statement.reset();
    statement.clearBindings();
  }

  static std::optional<std::int64_t> id_found(SQLite::Statement& find) {
    std::optional<std::int64_t> id;
    if (find.executeStep()) id = find.getColumn(0).getInt64();
    find.reset();
    return id;
  }

  static std::optional<std::int64_t> id_found(SQLite::Statement& find, const discovery::Octets& key) {
    bind_octets(find, ":key", key);
    return id_found(find);
  }

  std::int64_t id_of_ca(const discovery::ObjectGuid& object_guid) {
    const auto guid = object_guid.to_string();
    find_ca_.bind(":object_guid", guid);
    if (const auto id = id_found(find_ca_)) return *id;
    insert_ca_.bind(":object_guid", guid);
    run(insert_ca_);
    return database_.getLastInsertRowid();
  }

  std::int64_t id_of_certificate(const discovery::Octets& der) {
    const auto key = sha256(der);
    if (const auto id = id_found(find_certificate_, key)) return *id;
    bind_octets(insert_certificate_, ":key", key);
    bind_octets(insert_certificate_, ":der", der);
    run(insert_certificate_);
    return database_.getLastInsertRowid();
  }

  std::int64_t id_of_identity(std::int64_t ca, const EnrollmentService& service) {
    const auto templates = json_of(service.certificate_templates);
    const auto servers = json_of(service.enrollment_servers);
    const auto duplicates = json_of(service.duplicates);
    Content content;
    content.add(service.object_guid.octets())
        .add(service.distinguished_name)
        .add(service.common_name)
        .add(service.display_name)
        .add(service.dns_host_name)
        .add(service.ca_certificate_dn)
        .add(templates)
        .add(number(service.flags))
        .add(milliseconds(service.when_created))
        .add(milliseconds(service.when_changed))
        .add(servers)
        .add(duplicates);
    for (const auto& der : service.ca_certificates) content.add(der);
    const auto key = content.key();
    if (const auto id = id_found(find_identity_, key)) return *id;

    bind_number(insert_identity_, ":ca_id", ca);
    bind_octets(insert_identity_, ":key", key);
    bind_foreign_text(insert_identity_, ":distinguished_name", service.distinguished_name);
    bind_foreign_text(insert_identity_, ":common_name", service.common_name);
    bind_foreign_text(insert_identity_, ":display_name", service.display_name);
    bind_foreign_text(insert_identity_, ":dns_host_name", service.dns_host_name);
    bind_foreign_text(insert_identity_, ":ca_certificate_dn", service.ca_certificate_dn);
    insert_identity_.bind(":certificate_templates_json", templates);
    bind_number(insert_identity_, ":flags", number(service.flags));
    bind_number(insert_identity_, ":when_created_at", milliseconds(service.when_created));
    bind_number(insert_identity_, ":when_changed_at", milliseconds(service.when_changed));
    insert_identity_.bind(":enrollment_servers_json", servers);
    insert_identity_.bind(":duplicates_json", duplicates);
    run(insert_identity_);
    const auto id = database_.getLastInsertRowid();

    for (std::int64_t position = 0; const auto& der : service.ca_certificates) {
      bind_number(insert_identity_certificate_, ":ca_identity_id", id);
      bind_number(insert_identity_certificate_, ":position", position++);
      bind_number(insert_identity_certificate_, ":certificate_id", id_of_certificate(der));
      run(insert_identity_certificate_);
    }
    return id;
  }

  std::int64_t id_of_reading(const assess::Observation& observation, const assess::Verdict& verdict) {
    const auto& result = observation.result;
    const auto* facts = result ? &*result : nullptr;
    const auto* failure = result ? nullptr : &result.error();
    const auto* value = facts != nullptr && facts->interface_flags ? &*facts->interface_flags : nullptr;
    const auto* error = failure != nullptr && !failure->error.domain.empty() ? &failure->error : nullptr;

    const auto outcome = word_of(verdict.outcome);
    const auto reason = word_of(verdict.reason);
    const std::string_view key_path = facts != nullptr ? facts->key_path : observation.key_path;
    const auto found_by = facts != nullptr ? word_of(facts->found_by) : "";
    const auto matched_by = facts != nullptr ? word_of(facts->matched_by) : "";
    const std::string_view server_name =
        facts != nullptr && facts->server_name ? std::string_view{*facts->server_name} : std::string_view{};
    const auto value_type = value != nullptr ? std::optional<std::int64_t>{value->type} : std::nullopt;
    const auto flags =
        verdict.interface_flags ? std::optional<std::int64_t>{verdict.interface_flags->bits()} : std::nullopt;
    const auto key_last_write = facts != nullptr ? milliseconds(facts->key_last_write) : std::nullopt;
    const std::string_view failure_detail = failure != nullptr ? failure->detail : std::string_view{};
    const std::string_view error_domain = error != nullptr ? error->domain : std::string_view{};
    const auto error_number = error != nullptr ? std::optional{error->number} : std::nullopt;
    const std::string_view error_symbol = error != nullptr ? error->symbol : std::string_view{};

    Content content;
    content.add(outcome)
        .add(reason)
        .add(verdict.detail)
        .add(assess::rules_version)
        .add(key_path)
        .add(observation.address)
        .add(observation.protocol)
        .add(observation.account)
        .add(found_by)
        .add(matched_by)
        .add(server_name)
        .add(value_type)
        .add(value != nullptr ? std::span{value->data} : std::span<const std::uint8_t>{})
        .add(flags)
        .add(key_last_write)
        .add(failure_detail)
        .add(error_domain)
        .add(error_number)
        .add(error_symbol);
    const auto key = content.key();
    if (const auto id = id_found(find_reading_, key)) return *id;

    bind_octets(insert_reading_, ":key", key);
    bind_word(insert_reading_, ":outcome", outcome);
    bind_word(insert_reading_, ":reason", reason);
    bind_foreign_text(insert_reading_, ":detail", verdict.detail);
    bind_number(insert_reading_, ":rules_version", assess::rules_version);
    bind_foreign_text(insert_reading_, ":key_path", key_path);
    bind_foreign_text(insert_reading_, ":address", observation.address);
    bind_foreign_text(insert_reading_, ":protocol", observation.protocol);
    bind_foreign_text(insert_reading_, ":account", observation.account);
    bind_foreign_text(insert_reading_, ":found_by", found_by);
    bind_foreign_text(insert_reading_, ":matched_by", matched_by);
    bind_foreign_text(insert_reading_, ":server_name", server_name);
    bind_number(insert_reading_, ":value_type", value_type);
    if (value != nullptr) bind_octets(insert_reading_, ":value_data", value->data);
    bind_number(insert_reading_, ":interface_flags", flags);
    bind_number(insert_reading_, ":key_last_write_at", key_last_write);
    bind_foreign_text(insert_reading_, ":failure_detail", failure_detail);
    bind_foreign_text(insert_reading_, ":error_domain", error_domain);
    bind_number(insert_reading_, ":error_number", error_number);
    bind_foreign_text(insert_reading_, ":error_symbol", error_symbol);
    run(insert_reading_);
    return database_.getLastInsertRowid();
  }

  SQLite::Database& database_;
  SQLite::Statement find_ca_{database_, "SELECT id FROM ca WHERE object_guid = :object_guid"};
  SQLite::Statement insert_ca_{database_, "INSERT INTO ca (object_guid) VALUES (:object_guid)"};
  SQLite::Statement find_certificate_{database_, "SELECT id FROM certificate WHERE sha256 = :key"};
  SQLite::Statement insert_certificate_{database_, "INSERT INTO certificate (sha256, der) VALUES (:key, :der)"};
  SQLite::Statement find_identity_{database_, "SELECT id FROM ca_identity WHERE content_sha256 = :key"};
  SQLite::Statement insert_identity_{database_, R"(
      INSERT INTO ca_identity (ca_id, content_sha256, distinguished_name, common_name, display_name, dns_host_name,
                               ca_certificate_dn, certificate_templates_json, flags, when_created_at, when_changed_at,
                               enrollment_servers_json, duplicates_json)
      VALUES (:ca_id, :key, :distinguished_name, :common_name, :display_name, :dns_host_name, :ca_certificate_dn,
              :certificate_templates_json, :flags, :when_created_at, :when_changed_at, :enrollment_servers_json,
              :duplicates_json))"};
  SQLite::Statement insert_identity_certificate_{database_, R"(
      INSERT INTO ca_identity_certificate (ca_identity_id, position, certificate_id)
      VALUES (:ca_identity_id, :position, :certificate_id))"};
  SQLite::Statement find_reading_{database_, "SELECT id FROM reading WHERE content_sha256 = :key"};
  SQLite::Statement insert_reading_{database_, R"(
      INSERT INTO reading (content_sha256, outcome, reason, detail, rules_version, key_path, address, protocol, account,
                           found_by, matched_by, server_name, value_type, value_data, interface_flags, key_last_write_at,
                           failure_detail, error_domain, error_number, error_symbol)
      VALUES (:key, :outcome, :reason, :detail, :rules_version, :key_path, :address, :protocol, :account, :found_by,
              :matched_by, :server_name, :value_type, :value_data, :interface_flags, :key_last_write_at, :failure_detail,
              :error_domain, :error_number, :error_symbol))"};
  SQLite::Statement insert_{database_, R"(
      INSERT INTO observation (scan_id, ca_id, ca_identity_id, reading_id, started_at, finished_at)
      VALUES (:scan_id, :ca_id, :ca_identity_id, :reading_id, :started_at, :finished_at))"};
};

}  // namespace

std::int64_t insert_scan(SQLite::Database& database, const ScanStart& start) {
  SQLite::Statement insert(database, R"(
      INSERT INTO scan (uuid, state, started_at, tool_version, account, host_name, os_user, settings_json)
      VALUES (:uuid, 'running', :started_at, :tool_version, :account, :host_name, :os_user, :settings_json))");
  insert.bind(":uuid", new_uuid());
  bind_number(insert, ":started_at", milliseconds(start.started_at));
  insert.bind(":tool_version", start.tool_version);
  bind_foreign_text(insert, ":account", start.account);
  bind_foreign_text(insert, ":host_name", start.host_name);
  bind_foreign_text(insert, ":os_user", start.os_user);
  if (!start.settings_json.empty()) insert.bind(":settings_json", start.settings_json);
  insert.exec();
  return database.getLastInsertRowid();
}

void insert_listing(SQLite::Database& database, std::int64_t scan, const ScanListing& listing, std::size_t discovered) {
  SQLite::Statement insert(database, R"(
      INSERT INTO listing (scan_id, forest, directory_server, protection, search_base, search_filter, attributes_json,
                           entries_returned, discovered)
      VALUES (:scan_id, :forest, :directory_server, :protection, :search_base, :search_filter, :attributes_json,
              :entries_returned, :discovered))");
  bind_number(insert, ":scan_id", scan);
  bind_foreign_text(insert, ":forest", listing.forest);
  bind_foreign_text(insert, ":directory_server", listing.directory_server);
  bind_foreign_text(insert, ":protection", listing.protection);
  bind_foreign_text(insert, ":search_base", listing.base);
  bind_foreign_text(insert, ":search_filter", listing.filter);
  insert.bind(":attributes_json", json_of(listing.attributes));
  bind_number(insert, ":entries_returned", static_cast<std::int64_t>(listing.entries_returned));
  bind_number(insert, ":discovered", static_cast<std::int64_t>(discovered));
  insert.exec();
}

void insert_observations(SQLite::Database& database, std::int64_t scan, std::span<const EnrollmentService> listed,
                         std::span<const CaRecord> cas) {
  ObservationWriter writer(database);
  std::set<discovery::ObjectGuid> read;
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

void end_scan(SQLite::Database& database, std::int64_t scan, ScanState state, Instant finished_at,
              std::string_view failure) {
  SQLite::Statement update(
      database, "UPDATE scan SET state = :state, finished_at = :finished_at, failure = :failure WHERE id = :scan_id");
  bind_word(update, ":state", word_of(state));
  bind_number(update, ":finished_at", milliseconds(finished_at));
  bind_foreign_text(update, ":failure", failure);
  bind_number(update, ":scan_id", scan);
  update.exec();
}

void interrupt_running_scans(SQLite::Database& database, Instant now) {
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
