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
    {Status::completed, "completed"},
});

}  // namespace

std::span<const Status> all_statuses() { return status_words.keys(); }
std::string_view word_of(Status status) { return status_words.word_of(status); }
std::optional<Status> status_of_word(std::string_view word) { return status_words.key_of(word); }

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
