// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "history/ledger.h"

namespace casweep::evidence {

/// The ledger as JSON Lines that a shell script can parse: members in a fixed order, the body last, in the exact bytes
/// that were hashed. Throws EvidenceError (wrong) for an entry that has no such line, which casweep never writes.
[[nodiscard]] std::string ledger_lines(const std::vector<history::LedgerEntry>& entries);

/// Parses what `ledger_lines` wrote and recomputes every hash. Throws EvidenceError (wrong) at the first entry that was
/// changed or is out of place.
[[nodiscard]] std::vector<history::LedgerEntry> read_ledger_lines(std::string_view lines);

}  // namespace casweep::evidence
