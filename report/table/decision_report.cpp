// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/decision_report.h"

#include <array>
#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/iso_time.h"
#include "report/format/csv_text.h"
#include "report/json/ca_summary_json.h"
#include "report/json/json_text.h"
#include "report/table/table_style.h"
#include "report/table/text_columns.h"
#include "report/table/verdict_cell.h"
#include "report/words/decision_text.h"

namespace casweep::report {

using nlohmann::ordered_json;

void write_decisions_table(std::ostream& out, std::span<const history::CaSummary> cas, base::Instant now,
                           const TableStyle& style) {
  const auto safe = [&](std::string_view text) {
    return text.empty() ? std::string("-") : base::terminal_safe(text, charset_of(style));
  };
  std::vector<std::vector<TextCell>> rows;
  for (const history::CaSummary& ca : cas) {
    if (ca.decisions.empty()) continue;
    const history::Decision& decision = ca.decisions.back();
    rows.push_back({{base::terminal_name(name_of(ca.identity), ca.object_guid, charset_of(style))},
                    verdict_cell(ca.verdict(), style),
                    {(ca.removed ? "Removed; " : "") + status_in_brief(ca, now)},
                    {safe(decision.approver)},
                    {safe(decision.ticket)},
                    {safe(decision.reason)}});
  }
  if (rows.empty()) {
    out << "No decisions recorded.\n";
    return;
  }
  write_columns(out, {{"CA"}, {"VERDICT", 0, 4}, {"STATUS"}, {"BY", 6, 3}, {"TICKET", 6, 2}, {"REASON", 12, 1}}, rows,
                style.columns, charset_of(style));
}

void write_decisions_json(std::ostream& out, std::span<const history::CaSummary> cas, base::Instant now) {
  ordered_json all = ordered_json::array();
  for (const history::CaSummary& ca : cas) {
    if (ca.decisions.empty()) continue;
    ordered_json decisions = ordered_json::array();
    for (const history::Decision& decision : ca.decisions) decisions.push_back(decision_json(&decision, now));
    all.push_back({{"ca", ca_summary_json(ca, now)}, {"decisions", std::move(decisions)}});
  }
  write_json(out,
             {{"schema_version", schema_version}, {"now", text_or_null(base::iso_time(now))}, {"cas", std::move(all)}});
}

void write_decisions_csv(std::ostream& out, std::span<const history::Decision> decisions,
                         const history::ScanRecord& scan) {
  constexpr std::size_t columns = 9;
  using Row = std::array<std::string, columns>;
  // Part of the format: new columns go to the end.
  write_csv_record(out,
                   Row{"set_at", "object_guid", "name", "status", "until", "approver", "reason", "ticket", "os_user"});
  std::map<base::ObjectGuid, std::string> names;
  for (const history::Observation& ca : scan.listed()) names.emplace(ca.service.object_guid, name_of(ca.service));
  for (const history::Decision& decision : decisions) {
    const auto name = names.find(decision.object_guid);
    write_csv_record(out, Row{base::iso_time(decision.set_at), decision.object_guid.to_string(),
                              name == names.end() ? "" : name->second, std::string(history::word_of(decision.status)),
                              decision.until ? base::iso_time(*decision.until) : "", decision.approver, decision.reason,
                              decision.ticket, decision.os_user});
  }
}

}  // namespace casweep::report
