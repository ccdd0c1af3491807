// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "history/ledger.h"

namespace casweep::history {

/// The identity of a history, called a site where several are shown: a UUID of version 8 (RFC 9562, 5.8) made of the
/// first 122 bits of the hash of its ledger's first entry. So no history can change its identity and keep its chain,
/// and every copy of a history has the same.
/// Returns 36 characters in lower case; nullopt if `first` is not a first entry.
[[nodiscard]] std::optional<std::string> site_id_of(const LedgerEntry& first);

/// Whether `text` is such an identity.
[[nodiscard]] bool is_site_id(std::string_view text);

}  // namespace casweep::history
