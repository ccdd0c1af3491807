// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/ca_history_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <utility>

#include "base/iso_time.h"
#include "report/json/json_text.h"
#include "report/json/scan_json.h"
#include "report/table/status_report.h"
#include "report/table/text_columns.h"
#include "report/words/event_text.h"
#include "report/words/evidence.h"
#include "report/words/verdict_cell.h"

namespace casweep::report {
namespace {

using nlohmann::ordered_json;
using Readings = std::span<const store::History::LastReading>;

constexpr std::size_t indent = 4;

void write_line(std::ostream& out, const std::string& line, const TableStyle& style) {
  write_wrapped(out, line, 0, indent, style.columns);
}

std::string evidence_line(const history::CaRecord& ca, const TableStyle& style) {
  const Evidence evidence = evidence_of(ca.observation);
  const auto safe = [&](std::string_view foreign) { return base::terminal_safe(foreign, charset_of(style)); };
  const TextCell verdict = verdict_cell(ca.verdict.outcome, style);
  std::string line = fmt::format("{}, {}", verdict.text, assess::word_of(ca.verdict.reason));
  if (ca.verdict.interface_flags) line += ", InterfaceFlags " + ca.verdict.interface_flags->to_string();
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

void write_evidence(std::ostream& out, const history::CaRecord& ca, const TableStyle& style) {
  out << std::string(indent, ' ');
  write_wrapped(out, evidence_line(ca, style), indent, indent, style.columns);
}

/// Events, and between them the readings that belong to none, in the order of time; evidence stands once a scan, under
/// the last of its events.
void write_timeline(std::ostream& out, const history::CaStatus& ca, Readings readings, const TableStyle& style) {
  auto reading = readings.begin();
  const auto write_readings_before = [&](std::int64_t scan) {
    for (; reading != readings.end() && reading->scan < scan; ++reading) {
      write_line(out, fmt::format("{}  scan {}: read", short_time(reading->ca.observation.started_at), reading->scan),
                 style);
      write_evidence(out, reading->ca, style);
    }
  };
  const auto& events = ca.story.events;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const history::Event& event = events[i];
    if (event.scan) write_readings_before(*event.scan);
    const std::string scan = event.scan ? fmt::format("scan {}: ", *event.scan) : "";
    write_line(out, fmt::format("{}  {}{}", short_time(event.at), scan, words_of(event, charset_of(style))), style);
    const bool last_of_scan = i + 1 == events.size() || events[i + 1].scan != event.scan;
    if (event.scan && last_of_scan && reading != readings.end() && reading->scan == *event.scan) {
      write_evidence(out, reading++->ca, style);
    }
  }
  write_readings_before(INT64_MAX);
}

ordered_json moment_json(const history::ScanMoment& moment) {
  return {{"scan", moment.scan}, {"at", text_or_null(base::iso_time(moment.at))}};
}

}  // namespace

void write_ca_history(std::ostream& out, const history::CaStatus& ca, Readings readings, base::Instant now,
                      const TableStyle& style) {
  const TextCell verdict = verdict_cell(ca.outcome(), style);
  const std::string guid = ca.object_guid.to_string();
  const std::string& name = name_of(ca.identity);
  out << (name.empty() ? guid : base::terminal_safe(name, charset_of(style)) + "  " + guid) << '\n'
      << verdict.before << verdict.text << verdict.after;
  if (ca.outcome() == assess::Outcome::unknown && ca.known) {
    const TextCell known = verdict_cell(ca.known->finding.outcome, style);
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
  write_timeline(out, ca, readings, style);

  if (ca.story.episodes.empty()) return;
  out << "\nWithout enforcement:\n";
  for (const history::Episode& episode : ca.story.episodes) {
    const bool gone = !episode.closed && ca.removed;
    const auto end = episode.closed ? episode.closed->at : gone ? ca.removed->at : now;
    out << fmt::format("  {} to {}  {}{}\n", short_time(episode.opened.at),
                       episode.closed || gone ? short_time(end) : "now", duration_text(end - episode.opened.at),
                       gone ? ", until it was removed" : "");
  }
}

void write_ca_history_json(std::ostream& out, const history::CaStatus& ca, Readings readings, base::Instant now) {
  ordered_json events = ordered_json::array();
  for (const history::Event& event : ca.story.events) events.push_back(event_json(event));
  ordered_json episodes = ordered_json::array();
  for (const history::Episode& episode : ca.story.episodes) {
    episodes.push_back(
        {{"opened", moment_json(episode.opened)}, {"closed", episode.closed ? moment_json(*episode.closed) : nullptr}});
  }
  ordered_json decisions = ordered_json::array();
  for (const auto& decision : ca.decisions) decisions.push_back(disposition_json(&decision, now));
  ordered_json read = ordered_json::array();
  for (const auto& reading : readings) read.push_back({{"scan", reading.scan}, {"ca", ca_json(reading.ca)}});
  write_json(out, {{"schema_version", schema_version},
                   {"now", text_or_null(base::iso_time(now))},
                   {"ca", status_json(ca, now)},
                   {"events", std::move(events)},
                   {"episodes", std::move(episodes)},
                   {"dispositions", std::move(decisions)},
                   {"readings", std::move(read)}});
}

}  // namespace casweep::report
