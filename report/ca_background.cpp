// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/ca_background.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/event_text.h"
#include "store/iso_time.h"

namespace casweep::report {

CaBackground background_of(const store::ScanRecord& scan, const store::CaRecord& ca, const store::CaStatus& known) {
  CaBackground background{.first_seen_at = scan.start.started_at};
  if (!known.story.events.empty()) {
    const store::Event& first = known.story.events.front();
    background.first_seen_at = first.at;
    background.is_new = first.scan == scan.id;
  }

  background.is_remediated = std::ranges::any_of(known.story.events, [&](const store::Event& event) {
    return event.kind == store::EventKind::remediated && event.scan == scan.id;
  });

  const store::Instant then = scan.start.started_at;
  const store::Disposition* newest = store::decision_at(known.decisions, known.story, then);
  // What this scan could not read is open, whatever was known before it.
  std::optional<assess::Outcome> outcome;
  if (ca.verdict.outcome != assess::Outcome::unknown) outcome = ca.verdict.outcome;
  background.status = store::status_at(outcome, newest, then);
  if (store::stands(newest) && background.status == newest->status) background.decision = *newest;
  return background;
}

std::vector<CaBackground> CaBackgrounds::of(const store::ScanRecord& scan) {
  std::vector<CaBackground> all;
  for (const store::CaRecord& ca : scan.listed()) {
    const auto& guid = ca.service.object_guid;
    auto found = known_.find(guid);
    // Of what is known now, nothing that came after the scan counts.
    if (found == known_.end()) found = known_.emplace(guid, history_.ca_status(guid, scan.start.started_at)).first;
    all.push_back(background_of(scan, ca, found->second));
  }
  return all;
}

std::string justification_of(const CaBackground& background) {
  if (!background.decision) return {};
  const store::Disposition& decision = *background.decision;
  const std::string until = decision.until ? " until " + store::iso_time(*decision.until).substr(0, 10) : "";
  const std::string ticket = decision.ticket.empty() ? "" : fmt::format(" ({})", decision.ticket);
  return fmt::format("{}{} by {}{}: {}", title_of(decision.status), until, decision.approver, ticket, decision.reason);
}

}  // namespace casweep::report
