// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history/scan_record.h"

namespace casweep::cli {

/// "2026-11-23" (its first moment), "2026-11-23T04:00Z", "…T04:00:05Z" or "…T04:00:05.123Z" (ISO 8601, UTC); nullopt
/// for anything else.
[[nodiscard]] std::optional<base::Instant> instant_of(std::string_view text);

/// The same, but a date alone is its last moment.
[[nodiscard]] std::optional<base::Instant> end_of(std::string_view text);

/// The moment that is "90d", "12h", "4w", "3m" (months) or "1y" before `now`; nullopt for anything else. A day that the
/// month does not have is its last day.
[[nodiscard]] std::optional<base::Instant> ago_of(std::string_view text, base::Instant now);

/// The last moment of a day in words: "today", "yesterday", "last-week" (7 days ago), "last-month" or "last-year" (the
/// same day of the month before or of the year before); or as ago_of(), of that day. nullopt for anything else.
[[nodiscard]] std::optional<base::Instant> end_of_day_of(std::string_view text, base::Instant now);

/// That day in a sentence: "yesterday", "last week", "3 months ago"; anything else, such as a date, as it is.
[[nodiscard]] std::string words_of_day(std::string_view text);

/// The words of end_of_day_of().
[[nodiscard]] std::vector<std::string> day_words();

}  // namespace casweep::cli
