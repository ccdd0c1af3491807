// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/decision_rules.h"

#include <string>

namespace casweep::history {
namespace {

bool is_blank(const std::string& text) { return text.find_first_not_of(' ') == std::string::npos; }

std::optional<DecisionProblem> problem_of_end(const Decision& decision) {
  if (decision.status == Status::to_address) return std::nullopt;
  if (!decision.until) return DecisionProblem::no_end;
  if (*decision.until <= decision.set_at) return DecisionProblem::ends_in_the_past;
  if (*decision.until > decision.set_at + longest_duration) return DecisionProblem::ends_too_late;
  return std::nullopt;
}

}  // namespace

std::optional<DecisionProblem> problem_of(const Decision& decision, const CaSummary& ca) {
  if (decision.status == Status::completed) return DecisionProblem::only_a_scan_completes;
  if (decision.status == Status::to_address) {
    if (!in_force(state_of(ca.decision(), decision.set_at))) return DecisionProblem::nothing_to_withdraw;
  } else {
    if (ca.removed) return DecisionProblem::ca_removed;
    if (ca.status == Status::completed) return DecisionProblem::ca_compliant;
    const bool answers = ca.verdict() != assess::Verdict::unknown;
    if (decision.status == Status::decommissioned && answers) return DecisionProblem::still_answers;
  }
  if (is_blank(decision.reason)) return DecisionProblem::no_reason;
  if (is_blank(decision.approver)) return DecisionProblem::no_approver;
  return problem_of_end(decision);
}

}  // namespace casweep::history
