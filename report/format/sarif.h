// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "history/scan_record.h"
#include "report/words/ca_background.h"

namespace casweep::report {

/// The members of a SARIF log (2.1.0, errata 01) except `runs`.
[[nodiscard]] nlohmann::ordered_json sarif_head();

/// A scan as one of its runs: a result for every CA the directory listed, `open` if it is unknown, with the exception
/// for it as `suppressions`. Relative to `baseline`, the comparable scan before (null: none), results have a
/// `baselineState`, and each CA that is no longer listed has a result that is `absent`. `backgrounds` are those of
/// `scan.listed()`.
[[nodiscard]] nlohmann::ordered_json sarif_run(const history::ScanRecord& scan,
                                               std::span<const CaBackground> backgrounds,
                                               const history::ScanRecord* baseline);

}  // namespace casweep::report
