// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "history/ledger.h"

namespace casweep::evidence {

/// The ledger as JSON Lines that a shell can take apart: the members always in this order, the body last, in the very
/// bytes that its hash is over. Throws EvidenceError (wrong) for an entry that has no such line, which casweep never
/// writes.
[[nodiscard]] std::string ledger_lines(const std::vector<history::LedgerEntry>& entries);

/// What `ledger_lines` wrote, with every hash computed anew. Throws EvidenceError (wrong) at the first entry that is
/// not what was written, or not where it was.
[[nodiscard]] std::vector<history::LedgerEntry> read_ledger_lines(std::string_view lines);

}  // namespace casweep::evidence
