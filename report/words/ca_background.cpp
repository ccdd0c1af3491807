// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/ca_background.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/iso_time.h"
#include "report/words/decision_text.h"

namespace casweep::report {

CaBackground background_of(const history::ScanRecord& scan, const history::Observation& ca,
                           const history::CaSummary& known) {
  CaBackground background{.first_seen_at = scan.start.started_at};
  if (!known.story.events.empty()) {
    const history::Event& first = known.story.events.front();
    background.first_seen_at = first.at;
    background.is_new = first.scan == scan.id;
  }

  background.is_remediated = std::ranges::any_of(known.story.events, [&](const history::Event& event) {
    return event.kind == history::EventKind::remediated && event.scan == scan.id;
  });

  if (ca.reading) {
    const auto since = history::verdict_since(known.story, scan.id, ca.judgement.verdict);
    if (since) background.since = since->at;
  }
  background.regressed = history::regressed_at(known.story, scan.id);

  const base::Instant then = history::began_at(scan.start);
  const history::Decision* newest = history::decision_at(known.decisions, known.story, then);
  // A decision does not apply to the result that ended it.
  const auto ended_by = newest == nullptr ? std::nullopt : history::ended_by(*newest, known.story);
  if (ended_by && ended_by->scan <= scan.id) newest = nullptr;
  // Nothing was decided about a CA that is hidden since.
  if (ca.judgement.reason == assess::Reason::hidden_from_account && !known.hidden_when_decided) newest = nullptr;
  background.status = history::status_at(ca.judgement.verdict, newest, then);
  const bool open = background.status != history::Status::completed;
  if (open && history::in_force(history::state_of(newest, then))) background.decision = *newest;
  return background;
}

std::vector<CaBackground> backgrounds_in(const history::ForestStatus& forest, const history::ScanRecord& scan) {
  std::vector<CaBackground> all;
  for (const history::Observation& ca : scan.listed()) {
    const history::CaSummary* known = forest.find(ca.service.object_guid);
    all.push_back(known != nullptr ? background_of(scan, ca, *known)
                                   : CaBackground{.first_seen_at = scan.start.started_at,
                                                  .status = history::status_at(ca.judgement.verdict, nullptr,
                                                                               scan.start.started_at)});
  }
  return all;
}

std::vector<CaBackground> CaBackgrounds::of(const history::ScanRecord& scan) {
  std::vector<CaBackground> all;
  for (const history::Observation& ca : scan.listed()) {
    const auto& guid = ca.service.object_guid;
    auto found = known_.find(guid);
    // Only what was recorded before the scan counts.
    if (found == known_.end()) {
      found = known_.emplace(guid, history_.ca_summary(guid, history::began_at(scan.start))).first;
    }
    all.push_back(background_of(scan, ca, found->second));
  }
  return all;
}

std::string justification_of(const CaBackground& background) {
  if (!background.decision) return {};
  const history::Decision& decision = *background.decision;
  const std::string until = decision.until ? " until " + base::iso_time(*decision.until).substr(0, 10) : "";
  const std::string ticket = decision.ticket.empty() ? "" : fmt::format(" ({})", decision.ticket);
  return fmt::format("{}{} by {}{}: {}", title_of(decision.status), until, decision.approver, ticket, decision.reason);
}

}  // namespace casweep::report
