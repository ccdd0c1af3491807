// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/ledger.h"

#include <fmt/format.h>

#include "base/octets.h"
#include "base/sha256.h"

namespace casweep::history {

std::string ledger_hash(const LedgerEntry& entry) {
  return base::to_hex(
      base::sha256(fmt::format("{}\n{}\n{}\n{}\n{}", entry.prev, entry.seq, entry.ts, entry.kind, entry.body)));
}

}  // namespace casweep::history
