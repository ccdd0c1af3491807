// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "base/instant.h"
#include "history/events.h"
#include "report/table/table_style.h"
#include "report/table/text_columns.h"

namespace casweep::report {

/// An event in a table: what happened, the state before and the state after it. Verdicts look as in every other table,
/// and the event has the colour of the verdict that it led to.
struct EventCells {
  TextCell event;  ///< "regressed"
  TextCell was;
  TextCell is;
};

/// When it was: on a narrow terminal only the day.
[[nodiscard]] std::string event_time(base::Instant at, const TableStyle& style);

/// `found` is the verdict of the scan that showed the event, for an event without a verdict of its own, such as the
/// first sighting of a CA.
[[nodiscard]] EventCells event_cells(const history::Event& event, std::optional<assess::Verdict> found,
                                     const TableStyle& style);

/// The event's cell with the reason of the verdict, if it has one: "regressed (flag-clear)".
[[nodiscard]] TextCell event_cell_with_reason(const history::Event& event, const EventCells& cells,
                                              const TableStyle& style);

/// Whether the event shows a verdict: it changed one, or is a sighting, with the verdict of its scan.
[[nodiscard]] bool shows_a_verdict(const history::Event& event);

/// The place of an event in a list that shows what needs a person first: the lower, the sooner.
[[nodiscard]] int urgency_of(const history::Event& event, std::optional<assess::Verdict> found);

}  // namespace casweep::report
