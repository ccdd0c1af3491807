// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/ca_history_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/iso_time.h"
#include "report/json/ca_summary_json.h"
#include "report/json/event_json.h"
#include "report/json/json_text.h"
#include "report/json/scan_json.h"
#include "report/table/event_cells.h"
#include "report/table/text_columns.h"
#include "report/table/verdict_cell.h"
#include "report/words/ca_background.h"
#include "report/words/dates.h"
#include "report/words/reading_text.h"
#include "report/words/standing.h"
#include "report/words/verdict_since.h"

namespace casweep::report {
namespace {

using nlohmann::ordered_json;
using PastObservations = std::span<const store::History::PastObservation>;

constexpr std::size_t indent = 4;

void write_line(std::ostream& out, const std::string& line, const TableStyle& style) {
  write_wrapped(out, line, 0, indent, style.columns);
}

std::string evidence_line(const history::Observation& ca, const TableStyle& style) {
  const ReadingText evidence = text_of_reading(ca.reading);
  const auto safe = [&](std::string_view foreign) { return base::terminal_safe(foreign, charset_of(style)); };
  const TextCell cell = verdict_cell(ca.judgement.verdict, style);
  std::string line = fmt::format("{}, {}", cell.text, assess::word_of(ca.judgement.reason));
  if (ca.judgement.interface_flags) line += ", InterfaceFlags " + ca.judgement.interface_flags->to_string();
  if (evidence.value_hex) {
    line += fmt::format(", {} {}", evidence.value_type.value_or(""),
                        evidence.value_hex->empty() ? "empty" : *evidence.value_hex);
  }
  if (!evidence.error.domain.empty()) {
    line += fmt::format(
        ", {} {}", safe(evidence.error.domain),
        evidence.error.symbol.empty() ? std::to_string(evidence.error.number) : safe(evidence.error.symbol));
  }
  line += fmt::format("; read {}", evidence.finished_at);
  if (!evidence.address.empty()) line += " from " + safe(evidence.address);
  if (!evidence.protocol.empty()) line += fmt::format(" ({})", safe(evidence.protocol));
  if (!evidence.key_path.empty()) line += ", " + safe(evidence.key_path);
  return line;
}

/// The reading of `scan` among `observations`; null: it found nothing new.
const history::Observation* observation_in(PastObservations observations, std::int64_t scan) {
  const auto found = std::ranges::find(observations, scan, &store::History::PastObservation::scan);
  return found == observations.end() ? nullptr : &found->ca;
}

std::string flags_cell(const assess::Judgement& judgement) {
  return judgement.interface_flags ? judgement.interface_flags->to_string() : "-";
}

using TimelineRow = std::vector<TextCell>;

TimelineRow row_of_event(const history::Event& event, const history::Observation* observation,
                         const TableStyle& style) {
  const auto verdict = observation == nullptr ? std::nullopt : std::optional{observation->judgement.verdict};
  const EventCells cells = event_cells(event, verdict, style);
  // A name or a host that changed says nothing about the flags.
  const bool shows_verdict = observation != nullptr && shows_a_verdict(event);
  const std::string flags = shows_verdict ? flags_cell(observation->judgement) : "-";
  return {{event_time(event.at, style)},
          {event.scan ? std::to_string(*event.scan) : "-"},
          cells.was,
          cells.is,
          {flags},
          event_cell_with_reason(event, cells, style)};
}

TimelineRow row_of_reading(std::int64_t scan, const history::Observation& ca, const TableStyle& style) {
  return {{event_time(ca.reading.value().started_at, style)},
          {std::to_string(scan)},
          {"-"},
          verdict_cell(ca.judgement.verdict, style),
          {flags_cell(ca.judgement)},
          {fmt::format("read ({})", assess::word_of(ca.judgement.reason))}};
}

/// Events and, between them, the readings without an event, in chronological order.
void write_timeline(std::ostream& out, const history::CaSummary& ca, PastObservations observations,
                    const TableStyle& style) {
  std::vector<TimelineRow> rows;
  auto past = observations.begin();
  const auto add_readings_before = [&](std::int64_t scan) {
    for (; past != observations.end() && past->scan < scan; ++past) {
      rows.push_back(row_of_reading(past->scan, past->ca, style));
    }
  };
  for (const history::Event& event : ca.story.events) {
    if (event.scan) add_readings_before(*event.scan);
    rows.push_back(row_of_event(event, event.scan ? observation_in(observations, *event.scan) : nullptr, style));
    if (event.scan && past != observations.end() && past->scan == *event.scan) ++past;
  }
  add_readings_before(INT64_MAX);
  write_columns(out, {{"DATE"}, {"SCAN", 0, 2}, {"WAS", 14}, {"IS", 14}, {"FLAGS", 0, 1}, {"EVENT", 16}}, rows,
                style.columns, charset_of(style));
}

void write_all_evidence(std::ostream& out, PastObservations observations, const TableStyle& style) {
  if (observations.empty()) return;
  out << "\nEvidence\n";
  for (const auto& [scan, ca] : observations) {
    write_wrapped(out, fmt::format("  Scan {}: {}", scan, evidence_line(ca, style)), 0, indent, style.columns);
  }
}

void write_decisions(std::ostream& out, const history::CaSummary& ca, const TableStyle& style) {
  if (ca.decisions.empty()) return;
  out << "\nDecisions\n";
  for (const history::Decision& decision : ca.decisions) {
    const std::string text = justification_of({.decision = decision});
    write_wrapped(out,
                  fmt::format("  {}  {}", short_date(decision.set_at), base::terminal_safe(text, charset_of(style))), 0,
                  indent, style.columns);
  }
}

}  // namespace

void write_ca_history(std::ostream& out, const history::CaSummary& ca, PastObservations observations, base::Instant now,
                      Detail detail, const TableStyle& style) {
  const std::string guid = ca.object_guid.to_string();
  const std::string& name = name_of(ca.identity);
  out << (name.empty() ? guid : base::terminal_safe(name, charset_of(style)) + "  " + guid) << '\n';
  const TextCell cell = verdict_cell(ca.verdict(), style);
  out << cell.before << cell.text << cell.after;
  if (ca.last) {
    out << fmt::format("; last read {} by scan {}\n", short_time(ca.last->read_at), ca.last->scan);
  } else {
    out << "; never read\n";
  }
  write_line(out, verdict_since_text(ca, now), style);
  for (const std::string& sentence : standing_of(ca, now, style)) write_line(out, sentence, style);
  if (ca.flapping) out << "Flapping: the verdict changes often.\n";
  out << '\n';
  write_timeline(out, ca, observations, style);
  write_decisions(out, ca, style);
  if (detail == Detail::all) write_all_evidence(out, observations, style);

  if (ca.story.episodes.empty()) return;
  out << "\nPeriods without enforcement:\n";
  for (const history::Episode& episode : ca.story.episodes) {
    const bool gone = !episode.closed && ca.removed;
    const auto end = episode.closed ? episode.closed->at : gone ? ca.removed->at : now;
    out << fmt::format("  {} to {}  {}{}\n", short_time(episode.opened.at),
                       episode.closed || gone ? short_time(end) : "now", duration_text(end - episode.opened.at),
                       gone ? ", until the CA was removed" : "");
  }
}

void write_ca_history_json(std::ostream& out, const history::CaSummary& ca, PastObservations observations,
                           base::Instant now) {
  ordered_json events = ordered_json::array();
  for (const history::Event& event : ca.story.events) events.push_back(event_json(event));
  ordered_json episodes = ordered_json::array();
  for (const history::Episode& episode : ca.story.episodes) {
    episodes.push_back({{"opened", moment_json(episode.opened)}, {"closed", moment_json(episode.closed)}});
  }
  ordered_json decisions = ordered_json::array();
  for (const auto& decision : ca.decisions) decisions.push_back(decision_json(&decision, now));
  ordered_json read = ordered_json::array();
  for (const auto& past : observations) read.push_back({{"scan", past.scan}, {"ca", ca_json(past.ca)}});
  write_json(out, {{"schema_version", schema_version},
                   {"now", text_or_null(base::iso_time(now))},
                   {"ca", ca_summary_json(ca, now)},
                   {"events", std::move(events)},
                   {"episodes", std::move(episodes)},
                   {"decisions", std::move(decisions)},
                   {"readings", std::move(read)}});
}

}  // namespace casweep::report
