// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "history/scan_record.h"

namespace casweep::evidence {

/// Everything that the directory and the CA returned in a scan, and the judgement on it, as one JSON object. Text is
/// exact: text that is not UTF-8 is `{"hex": "…"}`. `ca` is one of `scan.listed()`; `registry` is null if it was not
/// asked.
[[nodiscard]] std::string raw_observation(const history::ScanRecord& scan, const history::Observation& ca);

}  // namespace casweep::evidence
