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

/// The statuses of Microsoft Secure Score. One stands beside a verdict and never changes it; `completed` comes from a
/// verdict alone, never from a person.
enum class Status { to_address = 0, planned, risk_accepted, third_party, alternate_mitigation, completed };

[[nodiscard]] std::span<const Status> all_statuses();

/// Stable words: "risk-accepted".
[[nodiscard]] std::string_view word_of(Status status);
[[nodiscard]] std::optional<Status> status_of_word(std::string_view word);

/// What somebody decided about a CA. The newest one holds until a scan finds the CA compliant
/// (decision_at() in history/events.h); `to_address` withdraws what was there.
struct Decision {
  base::ObjectGuid object_guid;
  Status status = Status::to_address;
  std::string reason{};
  std::string approver{};
  std::optional<base::Instant>
      until{};  ///< nullopt: until somebody decides otherwise; always there for `risk_accepted`
  std::string ticket{};
  base::Instant set_at{};
  std::string os_user{};  ///< who typed it

  bool operator==(const Decision&) const = default;
};

inline constexpr std::chrono::days default_acceptance{90};
inline constexpr std::chrono::days longest_acceptance{365};
inline constexpr std::chrono::days ends_soon{30};  ///< time to decide anew

/// Whether there is a decision and it was not taken back.
[[nodiscard]] bool stands(const Decision* decision);

/// Whether `disposition` had come to its end by `now` and the CA is to be addressed again.
[[nodiscard]] bool has_expired(const Decision& decision, base::Instant now);

/// The status of a CA whose last known verdict is `known` (nullopt: none ever) and of which `newest` (null: nothing)
/// was decided last.
[[nodiscard]] Status status_at(std::optional<assess::Verdict> known, const Decision* newest, base::Instant now);

/// Whether a CA that is not enforced lets an automatic check pass.
[[nodiscard]] bool is_exception(Status status);

/// Whether it counts as good after exceptions: something else protects it. An accepted risk is still there.
[[nodiscard]] bool is_mitigated(Status status);

}  // namespace casweep::history
