// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "history/scan_record.h"
#include "report/words/ca_background.h"

namespace casweep::report {

/// One CA of a scan as an OCSF Compliance Finding (class 2003 of schema 1.8.0, with the Windows extension). Unknown
/// values are omitted: OCSF has no null. The verdict is `compliance.status_id`, with Warning for `unknown`; the
/// decision is `status_id` and `comment`.
[[nodiscard]] nlohmann::ordered_json ocsf_finding(const history::ScanRecord& scan, const history::Observation& ca,
                                                  const CaBackground& background);

}  // namespace casweep::report
