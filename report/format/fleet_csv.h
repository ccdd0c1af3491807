// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "history/fleet.h"

namespace casweep::report {

// Under the rules of write_csv_record().

/// A record for each CA of the fleet, in its order.
void write_fleet_csv(std::ostream& out, const history::FleetStatus& fleet);

/// A record for each site.
void write_sites_csv(std::ostream& out, const history::FleetStatus& fleet);

/// A record for each day.
void write_fleet_trend_csv(std::ostream& out, std::span<const history::FleetDay> days);

/// A record for each event.
void write_fleet_changes_csv(std::ostream& out, std::span<const history::FleetEvent> events,
                             std::span<const history::SiteTrend> sites);

}  // namespace casweep::report
