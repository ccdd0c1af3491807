// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "history/scan_record.h"
#include "report/words/ca_background.h"

namespace casweep::report {

/// The members of a SARIF log (2.1.0, errata 01) but its `runs`.
[[nodiscard]] nlohmann::ordered_json sarif_head();

/// A scan as one of its runs: a result for every CA the directory listed, `open` for one that is unknown; what people
/// decided about it as its `suppressions`; against `baseline`, the comparable scan before it (null: none), its
/// `baselineState`, and a result that is `absent` for each CA that is listed no more. `backgrounds` are those of
/// `scan.listed()`.
[[nodiscard]] nlohmann::ordered_json sarif_run(const history::ScanRecord& scan,
                                               std::span<const CaBackground> backgrounds,
                                               const history::ScanRecord* baseline);

}  // namespace casweep::report
