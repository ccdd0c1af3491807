// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "report/ca_background.h"
#include "store/scan_record.h"

namespace casweep::report {

/// The members of a SARIF log (2.1.0, errata 01) but its `runs`.
[[nodiscard]] nlohmann::ordered_json sarif_head();

/// A scan as one of its runs: a result a CA, `open` for one that is unknown; what people decided about it as its
/// `suppressions`. `backgrounds` are those of `scan.cas`.
[[nodiscard]] nlohmann::ordered_json sarif_run(const store::ScanRecord& scan,
                                               std::span<const CaBackground> backgrounds);

}  // namespace casweep::report
