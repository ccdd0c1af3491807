// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "history/scan_record.h"

namespace casweep::cli {

/// "2026-11-23" (its first moment), "2026-11-23T04:00Z", "…T04:00:05Z" or "…T04:00:05.123Z" (ISO 8601, UTC); nullopt
/// for anything else.
[[nodiscard]] std::optional<base::Instant> instant_of(std::string_view text);

/// The same, but a date alone is its last moment.
[[nodiscard]] std::optional<base::Instant> end_of(std::string_view text);

/// "90d", "12h" or "4w"; nullopt for anything else.
[[nodiscard]] std::optional<std::chrono::milliseconds> duration_of(std::string_view text);

}  // namespace casweep::cli
