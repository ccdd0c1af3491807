// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <optional>
#include <span>

#include "history/fleet.h"

namespace casweep::report {

// Every field is always present, null for nothing.

/// As `schema/json/casweep-fleet-status.schema.json` describes it.
void write_fleet_json(std::ostream& out, const history::FleetStatus& fleet);

/// As `schema/json/casweep-fleet-sites.schema.json` describes it.
void write_sites_json(std::ostream& out, const history::FleetStatus& fleet);

/// As `schema/json/casweep-fleet-trend.schema.json` describes it.
void write_fleet_trend_json(std::ostream& out, std::span<const history::FleetDay> days,
                            std::span<const history::SiteTrend> sites, std::optional<base::Instant> since,
                            base::Instant now);

/// As `schema/json/casweep-fleet-changes.schema.json` describes it.
void write_fleet_changes_json(std::ostream& out, std::span<const history::FleetEvent> events,
                              std::span<const history::SiteTrend> sites, const history::FleetStatus& fleet,
                              std::optional<base::Instant> since);

}  // namespace casweep::report
