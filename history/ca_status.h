// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "history/disposition.h"
#include "history/events.h"

namespace casweep::history {

/// One answer of a CA.
struct Reading {
  std::int64_t scan = 0;
  base::Instant read_at{};
  Finding finding{};
  std::string detail{};
};

/// A CA as it stands: what it last answered, what is known of it, what was decided about it.
struct CaStatus {
  base::ObjectGuid object_guid;
  CaIdentity identity{};
  std::optional<ScanMoment> removed{};  ///< the complete scan that did not list it any more; nullopt: it is there
  std::optional<Reading> last{};        ///< nullopt: never read
  std::optional<Reading> known{};       ///< the last one that was not `unknown`; the same as `last` if that is known
  CaStory story{};
  std::vector<Disposition> decisions{};  ///< oldest first
  Status status = Status::to_address;
  bool flapping = false;  ///< three changes of the verdict or more within the last ten readings that told it

  /// Whether the directory did not show it to the account that read last.
  [[nodiscard]] bool hidden() const { return last && last->finding.reason == assess::Reason::hidden_from_account; }
  [[nodiscard]] assess::Outcome outcome() const { return last ? last->finding.outcome : assess::Outcome::unknown; }
  /// What was decided last and still concerns the CA, as decision_at() has it; null if nothing does.
  [[nodiscard]] const Disposition* decision() const { return decision_at(decisions, story, base::Instant::max()); }
};

/// The forest as the history knows it.
struct ForestStatus {
  std::optional<ScanMoment> scan{};  ///< the last complete one; nullopt: there is none
  std::string forest{};
  std::vector<CaStatus> cas{};      ///< listed by that scan or after it, by name
  std::vector<CaStatus> removed{};  ///< the CAs that that scan was the first to lack, by name
  /// What that scan and those after it found, against the complete one before it; nullopt: there is none.
  std::optional<PresenceChanges> since{};
  base::Instant now{};  ///< when this was asked

  [[nodiscard]] std::size_t count(assess::Outcome outcome) const;
};

}  // namespace casweep::history
