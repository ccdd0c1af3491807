// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "base/instant.h"
#include "history/ledger.h"

namespace casweep::hub {

/// What a hub has of a history, and since when.
struct Receipt {
  std::string site_id{};
  history::LedgerHead head{};
  base::Instant received_at{};

  bool operator==(const Receipt&) const = default;
};

}  // namespace casweep::hub
