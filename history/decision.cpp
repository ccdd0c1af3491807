// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/decision.h"

#include <algorithm>
#include <array>

namespace casweep::history {

std::span<const Status> all_statuses() {
  static constexpr std::array all{Status::to_address,           Status::planned,
                                  Status::risk_accepted,        Status::third_party,
                                  Status::alternate_mitigation, Status::completed};
  return all;
}

std::string_view word_of(Status status) {
  switch (status) {
    case Status::to_address:
      return "to-address";
    case Status::planned:
      return "planned";
    case Status::risk_accepted:
      return "risk-accepted";
    case Status::third_party:
      return "third-party";
    case Status::alternate_mitigation:
      return "alternate-mitigation";
    case Status::completed:
      return "completed";
  }
  return "";
}

std::optional<Status> status_of_word(std::string_view word) {
  const auto all = all_statuses();
  const auto found = std::ranges::find(all, word, [](Status status) { return word_of(status); });
  if (found == all.end()) return std::nullopt;
  return *found;
}

bool stands(const Decision* decision) { return decision != nullptr && decision->status != Status::to_address; }

bool has_expired(const Decision& decision, base::Instant now) { return decision.until && *decision.until <= now; }

Status status_at(std::optional<assess::Verdict> known, const Decision* newest, base::Instant now) {
  if (known == assess::Verdict::enforced || known == assess::Verdict::not_exposed) return Status::completed;
  if (newest == nullptr || has_expired(*newest, now)) return Status::to_address;
  return newest->status;
}

bool is_exception(Status status) { return status == Status::risk_accepted || is_mitigated(status); }

bool is_mitigated(Status status) { return status == Status::third_party || status == Status::alternate_mitigation; }

}  // namespace casweep::history
