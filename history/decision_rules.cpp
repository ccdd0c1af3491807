// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/decision_rules.h"

#include <string>

namespace casweep::history {
namespace {

bool is_blank(const std::string& text) { return text.find_first_not_of(' ') == std::string::npos; }

std::optional<DecisionProblem> problem_of_end(const Decision& decision) {
  const bool accepts_risk = decision.status == Status::risk_accepted;
  if (!decision.until) return accepts_risk ? std::optional{DecisionProblem::no_end} : std::nullopt;
  if (*decision.until <= decision.set_at) return DecisionProblem::ends_in_the_past;
  if (accepts_risk && *decision.until > decision.set_at + longest_acceptance) return DecisionProblem::ends_too_late;
  return std::nullopt;
}

}  // namespace

std::optional<base::Instant> default_end(Status status, base::Instant now) {
  return status == Status::risk_accepted ? std::optional{now + default_acceptance} : std::nullopt;
}

std::optional<DecisionProblem> problem_of(const Decision& decision, const CaSummary& ca) {
  if (decision.status == Status::completed) return DecisionProblem::only_a_scan_completes;
  if (decision.status == Status::to_address) {
    if (!in_force(state_of(ca.decision(), decision.set_at))) return DecisionProblem::nothing_to_withdraw;
  } else {
    if (ca.removed) return DecisionProblem::ca_removed;
    if (ca.status == Status::completed) return DecisionProblem::ca_compliant;
  }
  if (is_blank(decision.reason)) return DecisionProblem::no_reason;
  if (is_blank(decision.approver)) return DecisionProblem::no_approver;
  return problem_of_end(decision);
}

}  // namespace casweep::history
