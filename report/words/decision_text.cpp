// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/decision_text.h"

#include <fmt/format.h>

#include "report/words/dates.h"

namespace casweep::report {
namespace {

std::string_view brief_title_of(history::Status status) {
  if (status == history::Status::third_party) return "Third party";
  if (status == history::Status::alternate_mitigation) return "Mitigated";
  return title_of(status);
}

}  // namespace

std::string_view title_of(history::Status status) {
  switch (status) {
    case history::Status::to_address:
      break;
    case history::Status::planned:
      return "Planned";
    case history::Status::risk_accepted:
      return "Risk accepted";
    case history::Status::third_party:
      return "Resolved through third party";
    case history::Status::alternate_mitigation:
      return "Resolved through alternate mitigation";
    case history::Status::decommissioned:
      return "Decommissioned";
    case history::Status::completed:
      return "Completed";
  }
  return "To address";
}

std::optional<std::string> unverified_text(const history::CaSummary& ca) {
  const auto since = ca.not_verified_since();
  const bool decided = ca.decision() != nullptr && ca.decision()->status != history::Status::to_address;
  if (!since || decided) return std::nullopt;
  return fmt::format("Not verified since {}", short_date(*since));
}

std::string status_text(const history::CaSummary& ca, base::Instant now) {
  if (const auto unverified = unverified_text(ca)) return *unverified;
  const bool open = ca.status == history::Status::to_address && ca.decision() == nullptr && !ca.decisions.empty();
  if (open) {
    const history::Decision& last = ca.decisions.back();
    const auto scan = history::ended_by(last, ca.story);
    const bool in_force_until_then = scan && last.until && *last.until > end_of(*scan);
    if (in_force_until_then) {
      return fmt::format("{} ({} ended with scan {})", title_of(ca.status), title_of(last.status), scan->scan);
    }
  }
  return status_text(ca.status, ca.decision(), now);
}

std::string status_text(history::Status status, const history::Decision* decision, base::Instant now) {
  const auto title = title_of(status);
  if (decision == nullptr || status == history::Status::completed) return std::string(title);
  if (history::state_of(decision, now) == history::DecisionState::expired) {
    return fmt::format("{} ({} expired {})", title, title_of(decision->status), short_date(*decision->until));
  }
  // It does not apply to a CA that was hidden since, nor to the result that ended it.
  const bool applies = decision->status == status && decision->until;
  return applies ? fmt::format("{} until {}", title, short_date(*decision->until)) : std::string(title);
}

std::string status_in_brief(const history::CaSummary& ca, base::Instant now) {
  if (const auto unverified = unverified_text(ca)) return *unverified;
  const history::Decision* decision = ca.decision();
  if (decision == nullptr || !decision->until || ca.status == history::Status::completed) {
    return std::string(title_of(ca.status));
  }
  const bool expired = history::state_of(decision, now) == history::DecisionState::expired;
  if (!expired && decision->status != ca.status) return std::string(title_of(ca.status));
  return fmt::format("{} {} {}", brief_title_of(decision->status), expired ? "ended" : "until",
                     short_date(*decision->until));
}

std::string decision_sentence(const history::CaSummary& ca, base::Instant now) {
  const history::Decision& decision = *ca.decision();
  return fmt::format("{} by {}{}", status_text(ca, now), decision.approver,
                     decision.ticket.empty() ? "" : fmt::format(" ({})", decision.ticket));
}

}  // namespace casweep::report
