// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <string>

#include "base/terminal_text.h"
#include "hub/publication.h"
#include "report/table/table_style.h"
#include "store/history_check.h"

namespace casweep::report {

/// "3,650 scans, 1,825,000 observations, 7,301 ledger entries, head 7301 5d41…", without a full stop.
[[nodiscard]] std::string check_summary(const store::HistoryCheck& check);

/// "3 entries since: 1 scan started, 1 scan finished, 1 decision.", of HistoryCheck::entries_since.
[[nodiscard]] std::string growth_text(const std::map<std::string, std::size_t>& entries_since);

/// "reading 17 (scan 3, Contoso Issuing CA 03): was changed …".
[[nodiscard]] std::string damage_text(const store::Damage& damage, base::Charset charset = base::Charset::unicode);

/// A hub that was asked about the history.
struct HubWitness {
  std::string shown;  ///< where it is
  hub::HubComparison comparison;
};

/// A line for each inconsistency, then what was checked and what to do; what the hub says, unless that is null.
void write_check_text(std::ostream& out, const std::filesystem::path& file, const store::HistoryCheck& check,
                      const TableStyle& style, const HubWitness* hub = nullptr);

/// One JSON object; every field is always present, null for nothing.
void write_check_json(std::ostream& out, const std::filesystem::path& file, const store::HistoryCheck& check,
                      const HubWitness* hub = nullptr);

}  // namespace casweep::report
