// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/status_csv.h"

#include <array>
#include <string>

#include "base/iso_time.h"
#include "history/events.h"
#include "report/format/csv_text.h"

namespace casweep::report {
namespace {

std::string time_or_nothing(const std::optional<base::Instant>& instant) {
  return instant ? base::iso_time(*instant) : "";
}

}  // namespace

const StatusRow& status_titles() {
  // Part of the format: new columns go to the end.
  static const StatusRow titles{"forest",
                                "ca",
                                "dns_host_name",
                                "verdict",
                                "reason",
                                "status",
                                "since",
                                "regressed",
                                "last_known_verdict",
                                "approver",
                                "until",
                                "ticket",
                                "decision_reason",
                                "interface_flags",
                                "read_at",
                                "scan_id",
                                "object_guid"};
  return titles;
}

StatusRow status_row(const history::ForestStatus& forest, const history::CaSummary& ca) {
  const auto since = ca.verdict_since();
  const history::Decision* newest = ca.decision();
  const bool decided = history::state_of(newest, forest.now) != history::DecisionState::none;
  return {forest.forest,
          base::name_or_guid(name_of(ca.identity), ca.object_guid),
          ca.identity.dns_host_name,
          std::string(assess::word_of(ca.verdict())),
          std::string(assess::word_of(ca.last ? ca.last->judged.reason : assess::Reason::not_read)),
          std::string(history::word_of(ca.status)),
          since ? base::iso_time(since->at) : "",
          ca.story.regressed ? "yes" : "no",
          ca.known ? std::string(assess::word_of(ca.known->judged.verdict)) : "",
          decided ? newest->approver : "",
          decided ? time_or_nothing(newest->until) : "",
          decided ? newest->ticket : "",
          decided ? newest->reason : "",
          ca.last && ca.last->interface_flags ? ca.last->interface_flags->to_string() : "",
          ca.last ? base::iso_time(ca.last->read_at) : "",
          ca.last ? std::to_string(ca.last->scan) : "",
          ca.object_guid.to_string()};
}

void write_status_csv(std::ostream& out, const history::ForestStatus& forest) {
  write_csv_record(out, status_titles());
  for (const history::CaSummary& ca : forest.cas) write_csv_record(out, status_row(forest, ca));
}

}  // namespace casweep::report
