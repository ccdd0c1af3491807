// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/hub_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <vector>

#include "base/iso_time.h"
#include "base/terminal_text.h"
#include "report/json/json_text.h"
#include "report/table/text_columns.h"
#include "report/words/dates.h"

namespace casweep::report {
namespace {

std::string count_text(std::size_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string damage_line(const hub::HubDamage& damage, base::Charset charset) {
  std::string line = damage.site_id.empty() ? "" : fmt::format("site {}: ", base::terminal_safe(damage.site_id));
  if (!damage.table.empty()) {
    line += base::terminal_safe(damage.table, charset);
    if (damage.row) line += fmt::format(" {}", *damage.row);
    if (damage.seq) line += fmt::format(" (ledger entry {})", *damage.seq);
    line += ": ";
  }
  return fmt::format("{}{}.", line, base::terminal_safe(damage.what, charset));
}

nlohmann::ordered_json instant_or_null(const std::optional<base::Instant>& instant) {
  return instant ? nlohmann::ordered_json(base::iso_time(*instant)) : nullptr;
}

}  // namespace

std::string receipt_text(const hub::Receipt& receipt) {
  return fmt::format("entry {}, received on {}", receipt.head.seq, short_time(receipt.received_at));
}

std::string publication_text(const hub::Publication& publication, const std::string& shown) {
  if (publication.entries == 0) {
    return fmt::format("The hub ({}) has everything: {}.", shown, receipt_text(publication.receipt));
  }
  return fmt::format(
      "Published {} ({}, {}) to the hub ({}), which now has {}.",
      count_text(publication.entries, "ledger entry", "ledger entries"), count_text(publication.scans, "scan", "scans"),
      count_text(publication.observations, "observation", "observations"), shown, receipt_text(publication.receipt));
}

std::string hub_comparison_text(const hub::HubComparison& comparison, const std::string& shown) {
  if (!comparison.receipt) return fmt::format("The hub ({}) has received nothing of this history yet.", shown);
  const std::string newest = receipt_text(*comparison.receipt);
  if (comparison.other) {
    return fmt::format(
        "The hub ({}) has another ledger entry {}, received on {}: this history was rewritten since "
        "then, or a copy of it was continued elsewhere.",
        shown, comparison.other->head.seq, short_time(comparison.other->received_at));
  }
  if (comparison.missing_here > 0) {
    return fmt::format(
        "The hub ({}) has {}, and this history ends {} before it: its end was cut off, or it was "
        "restored from an older backup.",
        shown, newest, count_text(static_cast<std::size_t>(comparison.missing_here), "entry", "entries"));
  }
  std::string text = fmt::format("The hub ({}) has the same ledger up to {}", shown, newest);
  if (comparison.not_yet_published > 0) {
    text += fmt::format("; {} not published yet",
                        count_text(static_cast<std::size_t>(comparison.not_yet_published), "entry is", "entries are"));
  }
  return text + ".";
}

void write_hub_check_text(std::ostream& out, const std::string& shown, const hub::HubCheck& check,
                          const TableStyle& style) {
  const base::Charset charset = charset_of(style);
  for (const hub::HubDamage& damage : check.damages) out << damage_line(damage, charset) << '\n';
  if (!check.damages.empty()) out << '\n';
  std::vector<std::vector<TextCell>> rows;
  for (const hub::EnrolledSite& site : check.sites) {
    rows.push_back({{site.site_id},
                    {base::terminal_safe(site.login, charset)},
                    {site.revoked_at ? "revoked" : "enrolled"},
                    {std::to_string(site.entries)},
                    {site.received_at ? short_time(*site.received_at) : "never"}});
  }
  if (!rows.empty()) {
    write_columns(out, {{"SITE"}, {"LOGIN"}, {"STATE"}, {"ENTRIES"}, {"LAST RECEIVED"}}, rows, style.columns, charset);
    out << '\n';
  }
  write_wrapped(out,
                fmt::format("Hub {}, schema version {}, {}; {}.", base::terminal_safe(shown, charset), check.version,
                            count_text(check.sites.size(), "site", "sites"),
                            check.agrees() ? "everything agrees"
                                           : count_text(check.damages.size(), "item differs from what was received",
                                                        "items differ from what was received")),
                0, 0, style.columns);
}

void write_hub_check_json(std::ostream& out, const std::string& shown, const hub::HubCheck& check) {
  using nlohmann::ordered_json;
  ordered_json sites = ordered_json::array();
  for (const hub::EnrolledSite& site : check.sites) {
    sites.push_back({{"site_id", site.site_id},
                     {"login", text_or_null(site.login)},
                     {"revoked_at", instant_or_null(site.revoked_at)},
                     {"entries", site.entries},
                     {"received_at", instant_or_null(site.received_at)}});
  }
  ordered_json damages = ordered_json::array();
  for (const hub::HubDamage& damage : check.damages) {
    damages.push_back({{"site_id", text_or_null(damage.site_id)},
                       {"table", text_or_null(damage.table)},
                       {"row", damage.row ? ordered_json(*damage.row) : nullptr},
                       {"entry", damage.seq ? ordered_json(*damage.seq) : nullptr},
                       {"what", text_or_null(damage.what)}});
  }
  write_json(out, {{"schema_version", schema_version},
                   {"hub", text_or_null(shown)},
                   {"hub_schema", check.version},
                   {"agrees", check.agrees()},
                   {"sites", std::move(sites)},
                   {"damages", std::move(damages)}});
}

}  // namespace casweep::report
