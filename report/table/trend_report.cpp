// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/trend_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/iso_time.h"
#include "report/json/event_json.h"
#include "report/json/json_text.h"
#include "report/table/table_style.h"
#include "report/table/text_columns.h"
#include "report/table/trend_chart.h"
#include "report/words/counts.h"
#include "report/words/dates.h"
#include "report/words/event_text.h"
#include "report/words/remediation_time.h"

namespace casweep::report {
namespace {

using history::ScanHeadline;
using nlohmann::ordered_json;

constexpr std::size_t most_scans = 10;  // in the trend's table; the chart shows all
constexpr std::size_t most_events = 40;

/// With one decimal, rounded down.
ordered_json percent_json(const ScanHeadline& scan, std::size_t count) {
  if (!scan.speaks_of_forest()) return nullptr;
  const std::size_t permille = count * 1000 / scan.discovered;
  return static_cast<double>(permille) / 10;
}

ordered_json seconds_json(const std::optional<std::chrono::milliseconds>& duration) {
  if (!duration) return nullptr;
  return std::chrono::floor<std::chrono::seconds>(*duration).count();
}

ordered_json headline_json(const ScanHeadline& scan) {
  return {{"id", scan.id},
          {"uuid", text_or_null(scan.uuid)},
          {"state", history::word_of(scan.state)},
          {"started_at", text_or_null(base::iso_time(scan.started_at))},
          {"finished_at", scan.finished_at ? text_or_null(base::iso_time(*scan.finished_at)) : nullptr},
          {"forest", text_or_null(scan.forest)},
          {"failure", text_or_null(scan.failure)},
          {"discovered", scan.listed ? ordered_json(scan.discovered) : nullptr},
          {"assessed", scan.assessed()},
          {"counts",
           {{"enforced", scan.enforced},
            {"not-enforced", scan.not_enforced},
            {"not-exposed", scan.not_exposed},
            {"unknown", scan.unknown}}},
          {"mitigated", scan.mitigated},
          {"coverage_percent", percent_json(scan, scan.assessed())},
          {"compliant_percent", percent_json(scan, scan.compliant())},
          {"compliant_after_exceptions_percent", percent_json(scan, scan.compliant() + scan.mitigated)}};
}

ordered_json scans_json(std::span<const ScanHeadline> scans) {
  ordered_json all = ordered_json::array();
  for (const ScanHeadline& scan : scans) all.push_back(headline_json(scan));
  return all;
}

void write_events(std::ostream& out, std::span<const history::Event> events, const TableStyle& style) {
  const base::Charset charset = charset_of(style);
  if (events.empty()) {
    out << "\nNo events.\n";
    return;
  }
  out << "\nEvents\n";
  if (events.size() > most_events) {
    out << fmt::format("  {} older events: see --format json\n", events.size() - most_events);
    events = events.last(most_events);
  }
  for (const history::Event& event : events) {
    const std::string scan = event.scan ? fmt::format("scan {}: ", *event.scan) : "";
    write_wrapped(out,
                  fmt::format("  {}  {}{}: {}", short_time(event.at), scan,
                              base::terminal_name(name_of(*event.identity), event.object_guid, charset),
                              words_of(event, charset)),
                  0, 4, style.columns);
  }
}

}  // namespace

void write_scans_table(std::ostream& out, std::span<const ScanHeadline> scans, const TableStyle& style) {
  std::vector<std::vector<TextCell>> rows;
  for (const ScanHeadline& scan : scans) {
    rows.push_back({{std::to_string(scan.id)},
                    {short_time(scan.started_at)},
                    {std::string(history::word_of(scan.state))},
                    {count_text(scan, scan.discovered)},
                    {scan.listed ? fmt::format("{} ({})", scan.assessed(), percent_text(scan, scan.assessed())) : "-"},
                    {count_text(scan, scan.not_enforced)},
                    {percent_text(scan, scan.compliant())},
                    {percent_text(scan, scan.compliant() + scan.mitigated)}});
  }
  write_columns(out,
                {{"SCAN"},
                 {"BEGAN"},
                 {"STATE"},
                 {"CAS", 0, 3},
                 {"ASSESSED", 0, 2},
                 {"NOT ENFORCED"},
                 {"COMPLIANT", 0, 4},
                 {"INCL. MITIGATED", 0, 1}},
                rows, style.columns, charset_of(style));
  for (const ScanHeadline& scan : scans) {
    if (scan.failure.empty()) continue;
    const auto sentence = base::terminal_safe(history::sentence_of_failure(scan.failure), charset_of(style));
    write_wrapped(out, fmt::format("Scan {}: {}", scan.id, sentence), 0, 2, style.columns);
  }
}

void write_scans_json(std::ostream& out, std::span<const ScanHeadline> scans) {
  write_json(out, {{"schema_version", schema_version}, {"scans", scans_json(scans)}});
}

void write_trend_table(std::ostream& out, const history::Trend& trend, const TableStyle& style) {
  const std::span<const ScanHeadline> scans = trend.scans;
  const std::string since = trend.since ? " since " + short_time(*trend.since) : "";
  out << fmt::format("{}{}\n", plural(scans.size(), "scan"), since);
  if (!scans.empty()) {
    out << '\n';
    write_trend_chart(out, scans, style);
    out << '\n';
    if (scans.size() > most_scans) {
      out << fmt::format("The last {} of {} scans (--format json lists all):\n", most_scans, scans.size());
    }
    write_scans_table(out, scans.last(std::min(scans.size(), most_scans)), style);
  }
  write_events(out, trend.events, style);
  out << '\n';
  write_wrapped(out, time_to_remediate_text(trend.time_to_remediate), 0, 0, style.columns);
}

void write_trend_json(std::ostream& out, const history::Trend& trend) {
  ordered_json events = ordered_json::array();
  for (const history::Event& event : trend.events) events.push_back(event_json(event));
  const history::TimeToRemediate& time = trend.time_to_remediate;
  write_json(out, {{"schema_version", schema_version},
                   {"now", text_or_null(base::iso_time(trend.now))},
                   {"since", trend.since ? text_or_null(base::iso_time(*trend.since)) : nullptr},
                   {"scans", scans_json(trend.scans)},
                   {"events", std::move(events)},
                   {"time_to_remediate",
                    {{"remediated", time.remediated},
                     {"median_seconds", seconds_json(time.median)},
                     {"percentile90_seconds", seconds_json(time.percentile90)},
                     {"open", time.open},
                     {"oldest_open_seconds", seconds_json(time.oldest_open)}}}});
}

}  // namespace casweep::report
