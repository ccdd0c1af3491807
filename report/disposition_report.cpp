// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/disposition_report.h"

#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>
#include <vector>

#include "report/event_text.h"
#include "report/iso_time.h"
#include "report/json_text.h"
#include "report/status_report.h"
#include "report/text_columns.h"
#include "report/verdict_cell.h"

namespace casweep::report {

using nlohmann::ordered_json;

void write_dispositions_table(std::ostream& out, std::span<const store::CaStatus> cas, store::Instant now,
                              const TableStyle& style) {
  const auto safe = [&](const std::string& text) {
    return text.empty() ? std::string("-") : terminal_safe(text, charset_of(style));
  };
  std::vector<std::vector<TextCell>> rows;
  for (const store::CaStatus& ca : cas) {
    const store::Disposition* decision = ca.decision();
    if (decision == nullptr) continue;
    rows.push_back({{safe(name_of(ca.identity))},
                    verdict_cell(ca.outcome(), style),
                    {status_text(ca, now)},
                    {safe(decision->approver)},
                    {safe(decision->ticket)},
                    {safe(decision->reason)}});
  }
  if (rows.empty()) {
    out << "Nothing was decided about any CA.\n";
    return;
  }
  write_columns(out, {{"CA", 12}, {"VERDICT"}, {"STATUS", 12}, {"BY", 6}, {"TICKET", 6}, {"REASON", 6}}, rows,
                style.columns, charset_of(style));
}

void write_dispositions_json(std::ostream& out, std::span<const store::CaStatus> cas, store::Instant now) {
  ordered_json all = ordered_json::array();
  for (const store::CaStatus& ca : cas) {
    if (ca.decisions.empty()) continue;
    ordered_json decisions = ordered_json::array();
    for (const store::Disposition& decision : ca.decisions) decisions.push_back(disposition_json(&decision, now));
    all.push_back({{"ca", status_json(ca, now)}, {"dispositions", std::move(decisions)}});
  }
  write_json(out, {{"schema_version", 1}, {"now", text_or_null(iso_time(now))}, {"cas", std::move(all)}});
}

}  // namespace casweep::report
