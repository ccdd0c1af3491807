// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "history/ca_status.h"
#include "history/scan_record.h"

namespace casweep::report {

/// The forest now, for node_exporter's textfile collector: gauges in Prometheus's text format 0.0.4, without timestamps
/// (the collector refuses a file that has any). `scans` are all scans, newest first. A CA that is unknown has no
/// `adcs_esc11_ca_compliant`: what was not read is neither 0 nor 1.
void write_prometheus(std::ostream& out, const history::ForestStatus& forest,
                      std::span<const history::ScanSummary> scans);

}  // namespace casweep::report
