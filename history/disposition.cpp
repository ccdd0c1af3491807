// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/disposition.h"

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

bool stands(const Disposition* disposition) {
  return disposition != nullptr && disposition->status != Status::to_address;
}

bool has_expired(const Disposition& disposition, base::Instant now) {
  return disposition.until && *disposition.until <= now;
}

Status status_at(std::optional<assess::Outcome> known, const Disposition* newest, base::Instant now) {
  if (known == assess::Outcome::enforced || known == assess::Outcome::not_exposed) return Status::completed;
  if (newest == nullptr || has_expired(*newest, now)) return Status::to_address;
  return newest->status;
}

bool is_exception(Status status) { return status == Status::risk_accepted || is_mitigated(status); }

bool is_mitigated(Status status) { return status == Status::third_party || status == Status::alternate_mitigation; }

}  // namespace casweep::history
