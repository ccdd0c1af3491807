// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "history/scan_record.h"

namespace casweep::report {

/// The predicate of a sentence about a scan: "failed", "was interrupted", "is partial".
[[nodiscard]] std::string predicate_of(history::ScanState state);

}  // namespace casweep::report
