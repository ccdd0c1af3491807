// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/decision.h"

#include "base/words.h"

namespace casweep::history {
namespace {

// Stored in every history: add, never rename.
constexpr auto status_words = base::words<Status>({
    {Status::to_address, "to-address"},
    {Status::planned, "planned"},
    {Status::risk_accepted, "risk-accepted"},
    {Status::third_party, "third-party"},
    {Status::alternate_mitigation, "alternate-mitigation"},
    {Status::decommissioned, "decommissioned"},
    {Status::completed, "completed"},
});

}  // namespace

std::span<const Status> all_statuses() { return status_words.keys(); }
std::string_view word_of(Status status) { return status_words.word_of(status); }
std::optional<Status> status_of_word(std::string_view word) { return status_words.key_of(word); }

DecisionState state_of(const Decision* decision, base::Instant now) {
  if (decision == nullptr || decision->status == Status::to_address) return DecisionState::none;
  if (decision->set_at > now) return DecisionState::none;  // by a clock that was ahead
  if (!decision->until) return DecisionState::active;
  if (*decision->until <= now) return DecisionState::expired;
  return *decision->until - now <= ending_period ? DecisionState::ending : DecisionState::active;
}

bool in_force(DecisionState state) { return state == DecisionState::active || state == DecisionState::ending; }

Status status_at(assess::Verdict verdict, const Decision* newest, base::Instant now) {
  if (assess::is_compliant(verdict)) return Status::completed;
  return in_force(state_of(newest, now)) ? newest->status : Status::to_address;
}

bool is_exception(Status status) { return status == Status::risk_accepted || is_mitigated(status); }

bool is_mitigated(Status status) {
  return status == Status::third_party || status == Status::alternate_mitigation || status == Status::decommissioned;
}

DecisionState exception_state(Status status, const Decision* decision, base::Instant now) {
  const bool applies = decision != nullptr && is_exception(decision->status) && status != Status::completed;
  return applies ? state_of(decision, now) : DecisionState::none;
}

Need need_of(Status status, const Decision* decision, base::Instant now) {
  if (status == Status::completed) return Need::none;
  if (in_force(exception_state(status, decision, now))) return Need::covered;
  return status == Status::planned ? Need::planned : Need::action;
}

}  // namespace casweep::history
