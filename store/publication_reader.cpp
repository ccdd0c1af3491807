// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/publication_reader.h"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/connection_internal.h"
#include "store/database_file_internal.h"
#include "store/ledger_internal.h"
#include "store/row_internal.h"
#include "store/scan_reader_internal.h"

namespace casweep::store {
namespace {

using enum PublishedType;

constexpr auto ledger_columns = std::to_array<PublishedColumn>(
    {{"seq", number}, {"ts", text}, {"kind", text}, {"body", text}, {"prev", octets}, {"hash", octets}});
constexpr auto scan_columns = std::to_array<PublishedColumn>({{"id", number},
                                                              {"uuid", text},
                                                              {"state", text},
                                                              {"started_at", number},
                                                              {"finished_at", number},
                                                              {"tool_version", text},
                                                              {"account", foreign_text},
                                                              {"host_name", foreign_text},
                                                              {"os_user", foreign_text},
                                                              {"settings_json", text},
                                                              {"failure", foreign_text}});
constexpr auto certificate_columns =
    std::to_array<PublishedColumn>({{"id", number}, {"sha256", octets}, {"der", octets}});
constexpr auto listing_columns = std::to_array<PublishedColumn>({{"scan_id", number},
                                                                 {"forest", foreign_text},
                                                                 {"directory_server", foreign_text},
                                                                 {"protection", foreign_text},
                                                                 {"search_base", foreign_text},
                                                                 {"search_filter", foreign_text},
                                                                 {"attributes_json", text},
                                                                 {"entries_returned", number},
                                                                 {"discovered", number},
                                                                 {"server_name", foreign_text},
                                                                 {"server_proof", foreign_text},
                                                                 {"server_address", foreign_text},
                                                                 {"server_claim", foreign_text},
                                                                 {"root_domain_guid", text},
                                                                 {"root_domain_sid", text},
                                                                 {"nt_auth_certificates", number}});
constexpr auto nt_auth_columns =
    std::to_array<PublishedColumn>({{"scan_id", number}, {"position", number}, {"certificate_id", number}});
constexpr auto ca_columns = std::to_array<PublishedColumn>({{"id", number}, {"object_guid", text}});
constexpr auto identity_columns = std::to_array<PublishedColumn>({{"id", number},
                                                                  {"ca_id", number},
                                                                  {"content_sha256", octets},
                                                                  {"distinguished_name", foreign_text},
                                                                  {"common_name", foreign_text},
                                                                  {"display_name", foreign_text},
                                                                  {"dns_host_name", foreign_text},
                                                                  {"ca_certificate_dn", foreign_text},
                                                                  {"certificate_templates_json", text},
                                                                  {"flags", number},
                                                                  {"when_created_at", number},
                                                                  {"when_changed_at", number},
                                                                  {"enrollment_servers_json", text},
                                                                  {"duplicates_json", text}});
constexpr auto identity_certificate_columns =
    std::to_array<PublishedColumn>({{"ca_identity_id", number}, {"position", number}, {"certificate_id", number}});
constexpr auto reading_columns = std::to_array<PublishedColumn>({{"id", number},
                                                                 {"content_sha256", octets},
                                                                 {"outcome", text},
                                                                 {"reason", text},
                                                                 {"detail", foreign_text},
                                                                 {"rules_version", number},
                                                                 {"key_path", foreign_text},
                                                                 {"address", foreign_text},
                                                                 {"protocol", foreign_text},
                                                                 {"account", foreign_text},
                                                                 {"found_by", text},
                                                                 {"matched_by", text},
                                                                 {"server_name", foreign_text},
                                                                 {"value_type", number},
                                                                 {"value_data", octets},
                                                                 {"interface_flags", number},
                                                                 {"key_last_write_at", number},
                                                                 {"failure_detail", foreign_text},
                                                                 {"error_domain", foreign_text},
                                                                 {"error_number", number},
                                                                 {"error_symbol", foreign_text}});
constexpr auto observation_columns = std::to_array<PublishedColumn>({{"scan_id", number},
                                                                     {"ca_id", number},
                                                                     {"ca_identity_id", number},
                                                                     {"reading_id", number},
                                                                     {"started_at", number},
                                                                     {"finished_at", number}});
constexpr auto disposition_columns = std::to_array<PublishedColumn>({{"id", number},
                                                                     {"ca_id", number},
                                                                     {"status", text},
                                                                     {"reason", foreign_text},
                                                                     {"approver", foreign_text},
                                                                     {"until_at", number},
                                                                     {"ticket", foreign_text},
                                                                     {"set_at", number},
                                                                     {"os_user", foreign_text}});
constexpr auto bundle_columns = std::to_array<PublishedColumn>({{"id", number},
                                                                {"scan_id", number},
                                                                {"sums_sha256", octets},
                                                                {"signer_sha256", octets},
                                                                {"made_at", number},
                                                                {"host_name", foreign_text},
                                                                {"os_user", foreign_text}});

constexpr auto tables = std::to_array<PublishedTable>({{"ledger", ledger_columns},
                                                       {"scan", scan_columns},
                                                       {"certificate", certificate_columns},
                                                       {"listing", listing_columns},
                                                       {"listing_nt_auth_certificate", nt_auth_columns},
                                                       {"ca", ca_columns},
                                                       {"ca_identity", identity_columns},
                                                       {"ca_identity_certificate", identity_certificate_columns},
                                                       {"reading", reading_columns},
                                                       {"observation", observation_columns},
                                                       {"disposition", disposition_columns},
                                                       {"evidence_bundle", bundle_columns}});

/// The rows of `table` with the entries from :first to :last: what follows the columns of a select.
std::string source_of(const PublishedTable& table) {
  if (table.name == "ledger") return "FROM ledger WHERE seq BETWEEN :first AND :last ORDER BY seq";
  constexpr std::array of_scans{"scan", "listing", "listing_nt_auth_certificate", "observation"};
  for (const std::string_view of_scan : of_scans) {
    if (table.name != of_scan) continue;
    return fmt::format(
        "FROM ledger CROSS JOIN {0} AS t ON t.{1} = json_extract(ledger.body, '$.scan') "
        "WHERE ledger.seq BETWEEN :first AND :last AND ledger.kind = 'scan_finished'",
        table.name, table.name == "scan" ? "id" : "scan_id");
  }
  // The other rows are bound one by one, and an identity's certificates with it.
  const bool of_identity = table.name == "ca_identity_certificate";
  return fmt::format(
      "FROM ledger CROSS JOIN json_each(ledger.body, '$.rows.{0}') AS bound "
      "CROSS JOIN {1} AS t ON t.{2} = json_extract(bound.value, '$[0]') "
      "WHERE ledger.seq BETWEEN :first AND :last",
      of_identity ? "ca_identity" : table.name, table.name, of_identity ? "ca_identity_id" : "id");
}

std::string select_of(const PublishedTable& table) {
  std::string columns;
  for (const PublishedColumn& column : table.columns) {
    columns += fmt::format("{}{}{}", columns.empty() ? "" : ", ", table.name == "ledger" ? "" : "t.", column.name);
  }
  return fmt::format("SELECT {} {}", columns, source_of(table));
}

/// A SHA-256 that the ledger has as hexadecimal digits.
base::Octets digest_in(Row& row, int column) {
  const auto octets = base::from_hex(text_in(row, column));
  if (!octets) throw Inconsistent("a hash in the ledger is no hexadecimal number");
  return *octets;
}

PublishedValue value_in(Row& row, int column, const PublishedTable& table) {
  const auto value = row.getColumn(column);
  if (value.isNull()) return {};
  const PublishedType type = table.columns[static_cast<std::size_t>(column)].type;
  if (type == octets && table.name == "ledger") return digest_in(row, column);
  if (type == number && value.isInteger()) return value.getInt64();
  if ((type == text || type == foreign_text) && value.isText()) return value.getString();
  if ((type == octets || type == foreign_text) && value.isBlob()) return octets_in(row, column);
  throw Inconsistent(fmt::format("the column {} of the table {} has a value of another type",
                                 table.columns[static_cast<std::size_t>(column)].name, table.name));
}

}  // namespace

std::span<const PublishedTable> published_tables() { return tables; }

struct PublicationReader::Impl {
  std::filesystem::path file;
  Connection database;

  template <typename Work>
  auto with_errors(Work&& work) {
    try {
      return std::forward<Work>(work)();
    } catch (const SQLite::Exception& error) {
      throw store_error(file, database, error);
    } catch (const Inconsistent& error) {
      throw damaged(file, error.what());
    } catch (const Altered& error) {
      throw altered(file, error.what());
    }
  }
};

PublicationReader::PublicationReader(const std::filesystem::path& file, base::StopSignal stop)
    : impl_(std::make_unique<Impl>(Impl{file, open_for_reading(file, embedded_migrations(), stop)})) {}
PublicationReader::PublicationReader(PublicationReader&&) noexcept = default;
PublicationReader::~PublicationReader() = default;

const std::filesystem::path& PublicationReader::file() const { return impl_->file; }

std::optional<std::string> PublicationReader::site_id() const {
  return impl_->with_errors([&] { return select_site_id(impl_->database); });
}

history::LedgerHead PublicationReader::head() const {
  return impl_->with_errors([&] { return ledger_head(impl_->database); });
}

std::optional<std::string> PublicationReader::hash_of_entry(std::int64_t seq) const {
  return impl_->with_errors([&]() -> std::optional<std::string> {
    Row row(impl_->database, "SELECT hash FROM ledger WHERE seq = :seq");
    row.bind(":seq", seq);
    if (!row.executeStep()) return std::nullopt;
    return text_in(row, 0);
  });
}

LedgerRange PublicationReader::entries_after(std::int64_t after, std::size_t scans) const {
  return impl_->with_errors([&] {
    LedgerRange range{.first = after + 1, .last = ledger_head(impl_->database).seq};
    Row row(impl_->database, R"(
        SELECT seq FROM ledger WHERE kind = 'scan_finished' AND seq > :after ORDER BY seq LIMIT 1 OFFSET :others)");
    row.bind(":after", after);
    row.bind(":others", static_cast<std::int64_t>(scans) - 1);
    // If another scan follows, the entries between belong to its part.
    if (row.executeStep()) range.last = row.getColumn(0).getInt64();
    return range;
  });
}

std::size_t PublicationReader::visit(const PublishedTable& table, LedgerRange entries,
                                     const std::function<void(PublishedRow)>& take) const {
  return impl_->with_errors([&] {
    Row row(impl_->database, select_of(table));
    row.bind(":first", entries.first);
    row.bind(":last", entries.last);
    std::vector<PublishedValue> values(table.columns.size());
    std::size_t count = 0;
    while (row.executeStep()) {
      for (std::size_t column = 0; column < values.size(); ++column) {
        values[column] = value_in(row, static_cast<int>(column), table);
      }
      take(values);
      ++count;
    }
    return count;
  });
}

}  // namespace casweep::store
