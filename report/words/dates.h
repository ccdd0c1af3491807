// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>

#include "base/instant.h"

namespace casweep::report {

/// "2026-11-23 02:43Z": an instant in a table.
[[nodiscard]] std::string short_time(base::Instant instant);

/// "2026-11-23": its day.
[[nodiscard]] std::string short_date(base::Instant instant);

/// "3 d", "5 h", "12 min", "41 s": rounded down; "0 s" for less than nothing, which a clock causes that was set back.
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

/// "3 d ago"; "in the future" for a negative age, which a wrong clock causes.
[[nodiscard]] std::string ago_text(std::chrono::milliseconds age);

}  // namespace casweep::report
