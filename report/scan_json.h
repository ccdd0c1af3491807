// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>

#include <nlohmann/json_fwd.hpp>

#include "store/scan_record.h"

namespace casweep::report {

/// The scan as `schema/casweep-scan.schema.json` describes it. Every field is always there, null for nothing; text that
/// is not UTF-8 has its bad bytes replaced by U+FFFD.
[[nodiscard]] nlohmann::ordered_json scan_json(const store::ScanRecord& scan);

/// One record of its `cas`.
[[nodiscard]] nlohmann::ordered_json ca_json(const store::CaRecord& ca);

void write_scan_json(std::ostream& out, const store::ScanRecord& scan);

/// JSON Lines: for each CA the scan's own document with that CA in the place of all, as `schema/casweep-ca.schema.json`
/// describes it.
void write_scan_json_lines(std::ostream& out, const store::ScanRecord& scan);

}  // namespace casweep::report
