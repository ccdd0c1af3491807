// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace casweep::store {

/// The newest entry of a ledger at some moment. Who keeps it elsewhere can tell later whether history was rewritten.
struct LedgerHead {
  std::int64_t seq = 0;        ///< 0: the ledger was empty
  std::string hash{no_entry};  ///< SHA-256 in lower-case hex

  static constexpr auto no_entry = "0000000000000000000000000000000000000000000000000000000000000000";

  bool operator==(const LedgerHead&) const = default;
};

}  // namespace casweep::store
