// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <span>

#include "history/fleet.h"
#include "report/table/table_style.h"

namespace casweep::report {

enum class FleetCas { that_need_a_person, all };

/// A line for each site, then the CAs, what changed since the complete scan before the last, and the totals.
void write_fleet_table(std::ostream& out, const history::FleetStatus& fleet, FleetCas cas, const TableStyle& style);

/// A line for each site: its identity, its last scans and where its history is.
void write_sites_table(std::ostream& out, const history::FleetStatus& fleet, const TableStyle& style);

/// The totals of each day, as write_trend_table() shows those of one forest.
void write_fleet_trend_table(std::ostream& out, std::span<const history::FleetDay> days,
                             std::span<const history::SiteTrend> sites, const TableStyle& style);

/// The events of all sites, then the CAs about which sites of `fleet` disagree.
void write_fleet_changes_table(std::ostream& out, std::span<const history::FleetEvent> events,
                               std::span<const history::SiteTrend> sites, const history::FleetStatus& fleet,
                               const TableStyle& style);

}  // namespace casweep::report
