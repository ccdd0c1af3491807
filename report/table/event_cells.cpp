// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/event_cells.h"

#include <cstddef>
#include <string>

#include "base/terminal_text.h"
#include "report/table/verdict_cell.h"
#include "report/words/dates.h"
#include "report/words/event_text.h"

namespace casweep::report {
namespace {

using history::EventKind;

bool is_of_verdict(EventKind kind) {
  return kind == EventKind::remediated || kind == EventKind::regressed || kind == EventKind::verdict_changed ||
         kind == EventKind::became_unknown || kind == EventKind::recovered;
}

TextCell state_cell(const history::Event& event, const std::string& word, const std::string& words,
                    const TableStyle& style) {
  const auto verdict = is_of_verdict(event.kind) ? assess::verdict_of_word(word) : std::nullopt;
  if (verdict) return verdict_cell(*verdict, style);
  return {words.empty() ? "-" : base::terminal_safe(words, charset_of(style))};
}

}  // namespace

std::string event_time(base::Instant at, const TableStyle& style) {
  constexpr std::size_t room_for_time = 100;
  return style.columns > 0 && style.columns < room_for_time ? short_date(at) : short_time(at);
}

EventCells event_cells(const history::Event& event, std::optional<assess::Verdict> found, const TableStyle& style) {
  const EventChange change = change_of(event);
  EventCells cells{.event = {std::string(title_of(event.kind))},
                   .was = state_cell(event, event.before, change.before, style),
                   .is = state_cell(event, event.after, change.after, style)};
  const bool without_change = event.before.empty() && event.after.empty();
  const bool is_present = event.kind == EventKind::first_seen || event.kind == EventKind::added;
  if (without_change && is_present && found) cells.is = verdict_cell(*found, style);
  cells.event.before = cells.is.before;
  cells.event.after = cells.is.after;
  return cells;
}

TextCell event_cell_with_reason(const history::Event& event, const EventCells& cells, const TableStyle& style) {
  TextCell cell = cells.event;
  if (is_of_verdict(event.kind) && !event.reason.empty()) {
    cell.text += " (" + base::terminal_safe(event.reason, charset_of(style)) + ")";
  }
  return cell;
}

bool shows_a_verdict(const history::Event& event) {
  return is_of_verdict(event.kind) || event.kind == EventKind::first_seen || event.kind == EventKind::added;
}

int urgency_of(const history::Event& event, std::optional<assess::Verdict> found) {
  const bool not_enforced = found == assess::Verdict::not_enforced;
  switch (event.kind) {
    case EventKind::regressed:
      return 0;
    case EventKind::first_seen:
    case EventKind::added:
      return not_enforced ? 1 : 5;
    case EventKind::recovered:
      return not_enforced ? 2 : 8;
    case EventKind::became_unknown:
      return 3;
    case EventKind::removed:
      return 4;
    case EventKind::moved:
    case EventKind::renamed:
    case EventKind::certificate_renewed:
      return 6;
    case EventKind::decision_set:
    case EventKind::decision_withdrawn:
    case EventKind::decision_expired:
      return 7;
    case EventKind::verdict_changed:
      return 8;
    case EventKind::remediated:
      return 9;
  }
  return 9;
}

}  // namespace casweep::report
