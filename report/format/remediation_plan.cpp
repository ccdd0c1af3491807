// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/remediation_plan.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "assess/remediation.h"
#include "base/iso_time.h"
#include "history/events.h"
#include "report/words/decision_text.h"

namespace casweep::report {
namespace {

using history::CaSummary;

constexpr std::size_t plan_columns = 15;

// Part of the format: new columns go to the end.
const std::array<std::string, plan_columns> plan_header{"name",        "dns_host_name", "verdict", "reason",
                                                        "detail",      "fix",           "status",  "owner",
                                                        "target_date", "ticket",        "notes",   "last_known_verdict",
                                                        "read_at",     "object_guid",   "scan_id"};

std::string fix_of(const CaSummary& ca, const history::VerdictWithReason& judged) {
  const assess::Remediation remediation =
      assess::remediation_for(judged.verdict, judged.reason, ca.identity.dns_host_name);
  std::string fix = remediation.advice;
  std::string_view before = " Run on the CA's host: ";
  for (const std::string& command : remediation.commands) {
    fix.append(before).append(command);
    before = "; then: ";
  }
  if (!remediation.remote.empty()) fix += ". Or from another computer, in PowerShell: " + remediation.remote;
  return fix;
}

std::array<TableCell, plan_columns> row_of(const CaSummary& ca, base::Instant now) {
  const history::Answer reading =
      ca.last.value_or(history::Answer{.judged = {.reason = assess::Reason::not_read},
                                       .detail = "The CA is listed in the directory but was never read."});
  const history::Decision* newest = ca.decision();
  const bool decided = history::state_of(newest, now) != history::DecisionState::none;
  return {base::name_or_guid(name_of(ca.identity), ca.object_guid),
          ca.identity.dns_host_name,
          std::string(assess::word_of(ca.verdict())),
          std::string(assess::word_of(reading.judged.reason)),
          reading.detail,
          fix_of(ca, reading.judged),
          status_text(ca, now),
          decided ? newest->approver : "",
          decided && newest->until ? base::iso_time(*newest->until).substr(0, 10) : "",
          decided ? newest->ticket : "",
          decided ? newest->reason : "",
          ca.known ? std::string(assess::word_of(ca.known->judged.verdict)) : "",
          ca.last ? std::optional(ca.last->read_at) : std::nullopt,
          ca.object_guid.to_string(),
          ca.last ? std::to_string(ca.last->scan) : ""};
}

}  // namespace

void write_remediation_plan(std::ostream& out, const history::ForestStatus& forest, const TableOptions& options) {
  TableWriter table(out, options, plan_header);
  for (const CaSummary& ca : forest.cas) {
    if (!assess::is_compliant(ca.verdict())) table.add(row_of(ca, forest.now));
  }
  table.finish();
}

}  // namespace casweep::report
