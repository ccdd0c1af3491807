// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "history/scan_record.h"

namespace casweep::evidence {

/// All that the directory and the CA itself said in a scan, and what was made of it, as one JSON object. Text is exact:
/// what is not UTF-8 is `{"hex": "…"}`. `ca` is one of `scan.listed()`; `registry` is null if it was not asked.
[[nodiscard]] std::string raw_observation(const history::ScanRecord& scan, const history::Observation& ca);

}  // namespace casweep::evidence
