// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "history/ca_summary.h"
#include "history/fleet.h"
#include "history/scan_record.h"

namespace casweep::report {

/// The newest scan that is not running.
struct LastScan {
  std::optional<base::Instant> ended{};  ///< nullopt: no scan has ended
  std::optional<history::ScanState> outcome{};
  std::string forest{};  ///< that it listed, or the scan before it; empty: not known
};

/// The forest now, for node_exporter's textfile collector: gauges in Prometheus's text format 0.0.4, without timestamps
/// (the collector refuses files that have any). Every series has the label `forest`: the collector drops series that
/// two files of a folder share. An unknown CA has no `adcs_esc11_ca_compliant`: a value that was not read is neither 0
/// nor 1.
void write_prometheus(std::ostream& out, const history::ForestStatus& forest, const LastScan& last,
                      std::string_view tool_version);

/// The same for each site of a fleet, with the label `site` as well, and the states of the sites. A site that cannot be
/// read has no other series about CAs.
void write_prometheus(std::ostream& out, const history::FleetStatus& fleet, std::string_view tool_version);

}  // namespace casweep::report
