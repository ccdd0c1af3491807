// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/ca_summary.h"

#include <algorithm>
#include <utility>

#include "history/flapping.h"

namespace casweep::history {
namespace {

/// Whether a scan that had ended at `then` found the CA hidden from the account, and so did all later ones.
bool was_hidden_at(base::Instant then, std::optional<Answer> answer, Answers& answers, const ScanMoments& scans) {
  while (answer && is_hidden(answer->judged) && end_of(scans.moment(answer->scan)) > then) {
    answer = answers.last_before(answer->scan);
  }
  return answer && is_hidden(answer->judged);
}

}  // namespace

CaSummary summary_of(const CaTimeline& timeline, std::vector<Decision> decisions, Answers& answers,
                     const ScanMoments& scans, base::Instant now) {
  CaSummary ca{.object_guid = timeline.object_guid, .identity = {}, .removed = timeline.missing};
  if (!timeline.sightings.empty()) ca.identity = timeline.sightings.back().identity;
  ca.decisions = std::move(decisions);
  ca.story = story_of(timeline, ca.decisions, now);
  ca.last = answers.last();
  ca.known = ca.last;
  if (ca.story.unknown_since) {
    ca.known = ca.story.known ? answers.last_before(ca.story.unknown_since->scan) : std::nullopt;
  }
  const Decision* decision = ca.decision();
  ca.hidden_when_decided = decision != nullptr && was_hidden_at(decision->set_at, ca.last, answers, scans);
  // Nothing was decided about a CA that is hidden since.
  const bool applies = !ca.hidden() || ca.hidden_when_decided;
  ca.status = status_at(ca.verdict(), applies ? decision : nullptr, now);
  ca.flapping = ca.known &&
                is_flapping(ca.story, [&](std::size_t newest) { return answers.oldest_known(ca.known->scan, newest); });
  return ca;
}

void add_ca(ForestStatus& forest, CaSummary ca) {
  const bool removed_last = ca.removed && forest.scan && ca.removed->scan == forest.scan->scan;
  if (ca.removed && !removed_last) return;
  (removed_last ? forest.removed : forest.cas).push_back(std::move(ca));
}

void sort_by_name(ForestStatus& forest) {
  for (auto* cas : {&forest.cas, &forest.removed}) {
    std::ranges::stable_sort(*cas, {}, [](const CaSummary& ca) { return name_of(ca.identity); });
  }
}

DecisionState exception_state(const CaSummary& ca, base::Instant now) {
  return exception_state(ca.status, ca.decision(), now);
}

bool covers_hiding(const CaSummary& ca) { return ca.hidden_when_decided && ca.decision() != nullptr; }

std::optional<ScanMoment> CaSummary::verdict_since() const {
  return verdict() == assess::Verdict::unknown ? story.unknown_since : story.known_since;
}

std::optional<base::Instant> CaSummary::not_verified_since() const {
  if (verdict() != assess::Verdict::unknown || !known || !assess::is_compliant(known->judged.verdict)) return {};
  return known->read_at;
}

bool counts_as_not_enforced(assess::Verdict verdict, const CaSummary& ca) {
  if (verdict == assess::Verdict::not_enforced) return true;
  return ca.hidden() && ca.known && ca.known->judged.verdict == assess::Verdict::not_enforced;
}

Need need_of(const CaSummary& ca, base::Instant now) {
  if (ca.hidden() && !covers_hiding(ca)) return Need::action;
  return need_of(ca.status, ca.decision(), now);
}

const CaSummary* ForestStatus::find(const base::ObjectGuid& object_guid) const {
  const auto found = std::ranges::find(cas, object_guid, &CaSummary::object_guid);
  return found == cas.end() ? nullptr : &*found;
}

std::size_t ForestStatus::count(assess::Verdict verdict) const {
  return static_cast<std::size_t>(std::ranges::count(cas, verdict, &CaSummary::verdict));
}

std::size_t ForestStatus::count(Need need) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(cas, [&](const CaSummary& ca) { return need_of(ca, now) == need; }));
}

std::size_t ForestStatus::compliant() const {
  return static_cast<std::size_t>(std::ranges::count_if(cas, assess::is_compliant, &CaSummary::verdict));
}

std::size_t ForestStatus::compliant_after_exceptions() const {
  const auto mitigated = std::ranges::count_if(cas, is_mitigated, &CaSummary::status);
  return compliant() + static_cast<std::size_t>(mitigated);
}

}  // namespace casweep::history
