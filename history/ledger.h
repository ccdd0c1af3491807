// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace casweep::history {

/// The newest entry of a ledger at some moment. A copy outside this system shows later whether the history was
/// rewritten.
struct LedgerHead {
  std::int64_t seq = 0;        ///< 0: the ledger was empty
  std::string hash{no_entry};  ///< SHA-256 in lower-case hex

  static constexpr auto no_entry = "0000000000000000000000000000000000000000000000000000000000000000";

  bool operator==(const LedgerHead&) const = default;
};

/// One entry as stored.
struct LedgerEntry {
  std::int64_t seq = 0;
  std::string ts;    ///< 2026-11-23T02:43:54.123Z
  std::string kind;  ///< a stable word
  std::string body;  ///< a JSON object
  std::string prev;  ///< hash of the previous entry; zeros in the first
  std::string hash;

  bool operator==(const LedgerEntry&) const = default;
};

/// SHA-256(prev LF seq LF ts LF kind LF body) in lower-case hex: the hash of an unmodified entry.
[[nodiscard]] std::string ledger_hash(const LedgerEntry& entry);

}  // namespace casweep::history
