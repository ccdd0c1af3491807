// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/listing_report.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "base/iso_time.h"
#include "base/terminal_text.h"
#include "report/format/csv_text.h"
#include "report/json/json_text.h"
#include "report/json/scan_json.h"
#include "report/table/table_style.h"
#include "report/table/text_columns.h"
#include "report/words/dates.h"
#include "report/words/duplicate_text.h"
#include "report/words/reading_text.h"

namespace casweep::report {
namespace {

std::string changed_at(const discovery::EnrollmentService& ca) {
  return ca.when_changed ? base::iso_time(*ca.when_changed) : "";
}

}  // namespace

void write_listing_table(std::ostream& out, const discovery::Listing& listing, const TableStyle& style) {
  const base::Charset charset = charset_of(style);
  std::vector<std::vector<TextCell>> rows;
  for (const discovery::EnrollmentService& ca : listing.services) {
    rows.push_back({{base::terminal_name(name_of(ca), ca.object_guid, charset)},
                    {ca.dns_host_name.empty() ? "-" : base::terminal_safe(ca.dns_host_name, charset)},
                    {ca.when_changed ? short_time(*ca.when_changed) : "-"},
                    {ca.object_guid.to_string()}});
  }
  write_columns(out, {{"CA", 16}, {"HOST", 12}, {"CHANGED", 0, 2}, {"GUID", 0, 1}}, rows, style.columns, charset);
  out << '\n';
  write_wrapped(
      out,
      fmt::format("{} {} in the forest {}, listed by {} ({}). No CA was contacted.", listing.services.size(),
                  listing.services.size() == 1 ? "enterprise CA" : "enterprise CAs",
                  base::terminal_safe(listing.forest, charset), base::terminal_safe(listing.directory_server, charset),
                  base::terminal_safe(listing.protection, charset)),
      0, 0, style.columns);
  for (const discovery::EnrollmentService& ca : listing.services) write_duplicates(out, ca, style);
}

void write_listing_json(std::ostream& out, const discovery::Listing& listing) {
  using nlohmann::ordered_json;
  ordered_json cas = ordered_json::array();
  for (const discovery::EnrollmentService& ca : listing.services) {
    ordered_json templates = ordered_json::array();
    for (const std::string& name : ca.certificate_templates) templates.push_back(text_or_null(name));
    cas.push_back({{"name", text_or_null(ca.common_name)},
                   {"display_name", text_or_null(ca.display_name)},
                   {"dns_host_name", text_or_null(ca.dns_host_name)},
                   {"object_guid", ca.object_guid.to_string()},
                   {"distinguished_name", text_or_null(ca.distinguished_name)},
                   {"duplicate_objects", duplicates_json(ca)},
                   {"ca_certificate_dn", text_or_null(ca.ca_certificate_dn)},
                   {"certificate_templates", std::move(templates)},
                   {"when_created", text_or_null(ca.when_created ? base::iso_time(*ca.when_created) : "")},
                   {"when_changed", text_or_null(changed_at(ca))}});
  }
  write_json(out, {{"schema_version", schema_version},
                   {"forest", text_or_null(listing.forest)},
                   {"directory_server", text_or_null(listing.directory_server)},
                   {"directory_identity", server_identity_json(listing.server)},
                   {"protection", text_or_null(listing.protection)},
                   {"base", text_or_null(listing.base)},
                   {"filter", text_or_null(listing.filter)},
                   {"cas", std::move(cas)}});
}

void write_listing_csv(std::ostream& out, const discovery::Listing& listing) {
  using Row = std::array<std::string, 7>;
  write_csv_record(out, Row{"name", "display_name", "dns_host_name", "object_guid", "when_changed",
                            "distinguished_name", "duplicate_objects"});
  for (const discovery::EnrollmentService& ca : listing.services) {
    write_csv_record(out, Row{ca.common_name, ca.display_name, ca.dns_host_name, ca.object_guid.to_string(),
                              changed_at(ca), ca.distinguished_name, duplicates_text(ca)});
  }
}

}  // namespace casweep::report
