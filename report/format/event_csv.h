// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "history/events.h"

namespace casweep::report {

/// A record for each event, in the order of `events`, under the rules of write_csv_record().
void write_events_csv(std::ostream& out, std::span<const history::Event> events);

}  // namespace casweep::report
