// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "history/decision.h"
#include "history/events.h"

namespace casweep::history {

/// One answer of a CA.
struct Answer {
  std::int64_t scan = 0;
  base::Instant read_at{};
  VerdictWithReason judged{};
  std::string detail{};
};

/// A CA as it stands: what it last answered, what is known of it, what was decided about it.
struct CaSummary {
  base::ObjectGuid object_guid;
  CaIdentity identity{};
  std::optional<ScanMoment> removed{};  ///< the complete scan that did not list it any more; nullopt: it is there
  std::optional<Answer> last{};         ///< nullopt: never read
  std::optional<Answer> known{};        ///< the last one that was not `unknown`; the same as `last` if that is known
  CaStory story{};
  std::vector<Decision> decisions{};  ///< oldest first
  Status status = Status::to_address;
  bool flapping = false;  ///< three changes of the verdict or more within the last ten readings that told it

  /// Whether the directory did not show it to the account that read last.
  [[nodiscard]] bool hidden() const { return last && last->judged.reason == assess::Reason::hidden_from_account; }
  [[nodiscard]] assess::Verdict verdict() const { return last ? last->judged.verdict : assess::Verdict::unknown; }
  /// What was decided last and still concerns the CA, as decision_at() has it; null if nothing does.
  [[nodiscard]] const Decision* decision() const { return decision_at(decisions, story, base::Instant::max()); }
};

/// The forest as the history knows it.
struct ForestStatus {
  std::optional<ScanMoment> scan{};  ///< the last complete one; nullopt: there is none
  std::string forest{};
  std::vector<CaSummary> cas{};      ///< listed by that scan or after it, by name
  std::vector<CaSummary> removed{};  ///< the CAs that that scan was the first to lack, by name
  /// What that scan and those after it found, against the complete one before it; nullopt: there is none.
  std::optional<PresenceChanges> since{};
  base::Instant now{};  ///< when this was asked

  [[nodiscard]] std::size_t count(assess::Verdict verdict) const;
};

}  // namespace casweep::history
