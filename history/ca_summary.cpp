// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/ca_summary.h"

#include <algorithm>

namespace casweep::history {

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
