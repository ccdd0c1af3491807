// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/ca_history_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <utility>

#include "base/iso_time.h"
#include "report/json/ca_summary_json.h"
#include "report/json/event_json.h"
#include "report/json/json_text.h"
#include "report/json/scan_json.h"
#include "report/table/text_columns.h"
#include "report/table/verdict_cell.h"
#include "report/words/dates.h"
#include "report/words/decision_text.h"
#include "report/words/event_text.h"
#include "report/words/reading_text.h"

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

void write_evidence(std::ostream& out, const history::Observation& ca, const TableStyle& style) {
  out << std::string(indent, ' ');
  write_wrapped(out, evidence_line(ca, style), indent, indent, style.columns);
}

/// Events and, between them, the readings without an event, in chronological order. Evidence appears once per scan,
/// below the last of its events.
void write_timeline(std::ostream& out, const history::CaSummary& ca, PastObservations observations,
                    const TableStyle& style) {
  auto past = observations.begin();
  const auto write_readings_before = [&](std::int64_t scan) {
    for (; past != observations.end() && past->scan < scan; ++past) {
      write_line(out, fmt::format("{}  scan {}: read", short_time(past->ca.reading.value().started_at), past->scan),
                 style);
      write_evidence(out, past->ca, style);
    }
  };
  const auto& events = ca.story.events;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const history::Event& event = events[i];
    if (event.scan) write_readings_before(*event.scan);
    const std::string scan = event.scan ? fmt::format("scan {}: ", *event.scan) : "";
    write_line(out, fmt::format("{}  {}{}", short_time(event.at), scan, words_of(event, charset_of(style))), style);
    const bool last_of_scan = i + 1 == events.size() || events[i + 1].scan != event.scan;
    if (event.scan && last_of_scan && past != observations.end() && past->scan == *event.scan) {
      write_evidence(out, past++->ca, style);
    }
  }
  write_readings_before(INT64_MAX);
}

}  // namespace

void write_ca_history(std::ostream& out, const history::CaSummary& ca, PastObservations observations, base::Instant now,
                      const TableStyle& style) {
  const TextCell cell = verdict_cell(ca.verdict(), style);
  const std::string guid = ca.object_guid.to_string();
  const std::string& name = name_of(ca.identity);
  out << (name.empty() ? guid : base::terminal_safe(name, charset_of(style)) + "  " + guid) << '\n'
      << cell.before << cell.text << cell.after;
  if (ca.verdict() == assess::Verdict::unknown && ca.known) {
    const TextCell known = verdict_cell(ca.known->judged.verdict, style);
    out << "; last known: " << known.before << known.text << known.after << ", " << ago_text(now - ca.known->read_at);
  }
  if (ca.last) {
    out << fmt::format("; last read {} by scan {}", short_time(ca.last->read_at), ca.last->scan);
  } else {
    out << "; never read";
  }
  if (ca.removed) {
    out << fmt::format("\nremoved from the directory: not listed since scan {}, {}", ca.removed->scan,
                       short_time(ca.removed->at));
  }
  out << '\n' << status_text(ca, now);
  if (ca.story.regressed) out << "; regressed";
  if (ca.flapping) out << "; flapping";
  out << "\n\n";
  write_timeline(out, ca, observations, style);

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
