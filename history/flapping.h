// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "history/events.h"

namespace casweep::history {

/// The scan of the oldest of a CA's `newest` readings with a known verdict; 0: there is none.
using OldestReading = std::function<std::int64_t(std::size_t newest)>;

/// Whether the verdict of a CA changed three times or more within its last ten readings with a known verdict. Calls
/// `oldest_reading` only if the verdict changed often enough.
[[nodiscard]] bool is_flapping(const CaStory& story, const OldestReading& oldest_reading);

}  // namespace casweep::history
