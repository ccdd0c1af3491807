// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "assess/interface_flags.h"
#include "assess/reason.h"
#include "history/ca_summary.h"
#include "report/table/table_style.h"

namespace casweep::report {

/// A CA in a table: of a scan, or of the forest.
struct CaLine {
  base::ObjectGuid object_guid;
  std::string name{};  ///< by which people know it; may be empty
  std::string host{};
  history::VerdictWithReason judged{};
  std::optional<assess::InterfaceFlags> interface_flags{};
  const history::CaSummary* known = nullptr;  ///< null: nothing about it is recorded
};

[[nodiscard]] CaLine line_of(const history::CaSummary& ca);

/// What the CA needs from a person at `now`.
[[nodiscard]] history::Need need_of(const CaLine& ca, base::Instant now);

enum class CaOrder { verdict, name, host, since };

/// Which CAs a table lists, and in which order.
struct CaSelection {
  std::vector<assess::Verdict> only{};  ///< empty: every verdict
  CaOrder order = CaOrder::verdict;     ///< the worst first
  bool all = true;                      ///< false: of more than ten CAs, only those that need a person
};

/// Writes the CAs, what was decided about them, and how many CAs are not listed.
void write_ca_table(std::ostream& out, std::vector<CaLine> cas, const CaSelection& selection, base::Instant now,
                    const TableStyle& style);

/// "3 CAs need action, 1 planned, 2 covered by exceptions."
[[nodiscard]] std::string needs_sentence(std::span<const CaLine> cas, base::Instant now);

}  // namespace casweep::report
