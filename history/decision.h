// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "assess/reason.h"
#include "base/object_guid.h"
#include "history/scan_record.h"

namespace casweep::history {

/// The statuses of Microsoft Secure Score, and `decommissioned` for a CA that is no longer in service. They are shown
/// beside a verdict, which they never change. `completed` follows from a verdict and is never decided by a person.
enum class Status {
  to_address = 0,
  planned,
  risk_accepted,
  third_party,
  alternate_mitigation,
  decommissioned,
  completed
};

[[nodiscard]] std::span<const Status> all_statuses();

/// Stable words: "risk-accepted".
[[nodiscard]] std::string_view word_of(Status status);
[[nodiscard]] std::optional<Status> status_of_word(std::string_view word);

/// What a person decided about a CA. The newest decision holds until its end or until a scan ends it (ended_by() in
/// history/events.h); `to_address` withdraws the one before it.
struct Decision {
  base::ObjectGuid object_guid;
  Status status = Status::to_address;
  std::string reason{};
  std::string approver{};
  std::optional<base::Instant> until{};  ///< its end; nullopt only for `to_address`
  std::string ticket{};
  base::Instant set_at{};
  std::string os_user{};  ///< who typed it

  bool operator==(const Decision&) const = default;
};

/// How a decision stands at a moment.
enum class DecisionState {
  none,     ///< there is no decision, it was withdrawn, or it is dated later than now
  active,   ///< in force
  ending,   ///< in force, and ends within `ending_period`
  expired,  ///< it ended with its `until`: the CA is to be addressed again
};

/// The time before the end of a decision in which the next one is due.
inline constexpr std::chrono::days ending_period{30};

/// The state at `now` of `decision`, which may be null.
[[nodiscard]] DecisionState state_of(const Decision* decision, base::Instant now);

/// Active or ending.
[[nodiscard]] bool in_force(DecisionState state);

/// The status of a CA with the newest verdict `verdict` and the newest decision `newest` (null: there is none). A CA
/// that is unknown now is not completed, even if it was compliant when last known.
[[nodiscard]] Status status_at(assess::Verdict verdict, const Decision* newest, base::Instant now);

/// Whether a CA that is not compliant passes an automatic check with this status.
[[nodiscard]] bool is_exception(Status status);

/// Whether the CA needs no protection or something else protects it, so that it counts as compliant after exceptions.
/// An accepted risk remains.
[[nodiscard]] bool is_mitigated(Status status);

/// The state at `now` of the exception for a CA, whose status is `status` and whose newest decision is `decision`,
/// which may be null. `none` without a decision that is_exception(), and for a completed CA, which needs none.
[[nodiscard]] DecisionState exception_state(Status status, const Decision* decision, base::Instant now);

/// What a CA needs from a person.
enum class Need {
  none,     ///< compliant
  action,   ///< not enforced or unknown, without a decision in force
  planned,  ///< the same, with a plan in force
  covered,  ///< the same, with an exception in force
};

/// What a CA with this status and newest decision, which may be null, needs at `now`.
[[nodiscard]] Need need_of(Status status, const Decision* decision, base::Instant now);

}  // namespace casweep::history
