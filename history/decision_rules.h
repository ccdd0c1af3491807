// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>

#include "base/instant.h"
#include "history/ca_summary.h"
#include "history/decision.h"

namespace casweep::history {

inline constexpr std::chrono::days default_duration{90};  ///< of a decision, if no end is given
inline constexpr std::chrono::days longest_duration{365};

/// Why a decision is not possible.
enum class DecisionProblem {
  only_a_scan_completes,  ///< `completed` follows from a verdict
  nothing_to_withdraw,    ///< the CA has no decision in force
  ca_removed,             ///< a complete scan found that the directory no longer has the CA
  ca_compliant,           ///< by its newest verdict
  no_reason,              ///< empty or spaces only
  no_approver,            ///< empty or spaces only
  ends_in_the_past,       ///< `until` is not after `set_at`
  no_end,                 ///< every decision ends, except a withdrawal
  ends_too_late,          ///< later than after `longest_duration`
  still_answers,          ///< `decommissioned`, but the last scan read the CA's flag
};

/// The first problem of recording `decision`, made at its `set_at`, about `ca`; nullopt: it can be recorded.
/// `to_address` withdraws the decision in force, which is possible for removed and compliant CAs as well.
[[nodiscard]] std::optional<DecisionProblem> problem_of(const Decision& decision, const CaSummary& ca);

}  // namespace casweep::history
