// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>

#include "base/instant.h"
#include "history/ca_summary.h"

namespace casweep::report {

/// The forest now, for node_exporter's textfile collector: gauges in Prometheus's text format 0.0.4, without timestamps
/// (the collector refuses files that have any). `last_end` is the end of the newest scan that has ended. An unknown CA
/// has no `adcs_esc11_ca_compliant`: a value that was not read is neither 0 nor 1.
void write_prometheus(std::ostream& out, const history::ForestStatus& forest, std::optional<base::Instant> last_end);

}  // namespace casweep::report
