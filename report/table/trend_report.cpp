// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/trend_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/iso_time.h"
#include "report/format/csv_text.h"
#include "report/json/event_json.h"
#include "report/json/json_text.h"
#include "report/table/event_cells.h"
#include "report/table/table_style.h"
#include "report/table/text_columns.h"
#include "report/table/trend_chart.h"
#include "report/words/counts.h"
#include "report/words/dates.h"
#include "report/words/remediation_time.h"

namespace casweep::report {
namespace {

using history::ScanHeadline;
using nlohmann::ordered_json;

constexpr std::size_t most_days = 10;  // in the trend's table; the chart shows all
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

/// A row for each scan, with its time in the column `time_title`.
void write_scans_columns(std::ostream& out, std::span<const ScanHeadline> scans, const std::string& time_title,
                         const std::function<std::string(const ScanHeadline&)>& time_of, const TableStyle& style) {
  std::vector<std::vector<TextCell>> rows;
  for (const ScanHeadline& scan : scans) {
    rows.push_back({{std::to_string(scan.id)},
                    {time_of(scan)},
                    {std::string(history::word_of(scan.state))},
                    {count_text(scan, scan.discovered)},
                    {scan.listed ? fmt::format("{} ({})", scan.assessed(), percent_text(scan, scan.assessed())) : "-"},
                    {count_text(scan, scan.not_enforced)},
                    {percent_text(scan, scan.compliant())},
                    {percent_text(scan, scan.compliant() + scan.mitigated)}});
  }
  write_columns(out,
                {{"SCAN"},
                 {time_title},
                 {"STATE"},
                 {"CAS", 0, 3},
                 {"ASSESSED", 0, 2},
                 {"NOT ENFORCED"},
                 {"COMPLIANT", 0, 4},
                 {"INCL. MITIGATED", 0, 1}},
                rows, style.columns, charset_of(style));
}

void write_events(std::ostream& out, std::span<const history::Event> events, const TableStyle& style) {
  if (events.empty()) {
    out << "\nNo events.\n";
    return;
  }
  out << "\nEvents\n";
  if (events.size() > most_events) {
    out << fmt::format("{} older events: see --format json\n", events.size() - most_events);
    events = events.last(most_events);
  }
  std::vector<std::vector<TextCell>> rows;
  for (const history::Event& event : events) {
    const EventCells cells = event_cells(event, {}, style);
    rows.push_back({{event_time(event.at, style)},
                    {event.scan ? std::to_string(*event.scan) : "-"},
                    {base::terminal_name(name_of(*event.identity), event.object_guid, charset_of(style))},
                    cells.was,
                    cells.is,
                    cells.event});
  }
  write_columns(out, {{"DATE"}, {"SCAN", 0, 1}, {"CA", 20}, {"WAS", 14, 2}, {"IS", 14}, {"EVENT", 18}}, rows,
                style.columns, charset_of(style));
}

/// The numbers of a scan of the whole forest.
std::string numbers_of(const ScanHeadline& scan) {
  return fmt::format("{}: {} enforced, {} not enforced, {} not exposed, {} unknown. Compliant: {}, with mitigated {}.",
                     plural(scan.discovered, "CA"), scan.enforced, scan.not_enforced, scan.not_exposed,
                     scan.discovered - scan.assessed(), percent_text(scan, scan.compliant()),
                     percent_text(scan, scan.compliant() + scan.mitigated));
}

bool same_numbers(const ScanHeadline& left, const ScanHeadline& right) {
  const auto numbers = [](const ScanHeadline& scan) {
    return std::tuple(scan.state, scan.discovered, scan.enforced, scan.not_enforced, scan.not_exposed, scan.unknown,
                      scan.mitigated);
  };
  return numbers(left) == numbers(right);
}

/// The scan that stands for each UTC day: the last one of the whole forest or, if there is none, the last one.
std::vector<ScanHeadline> scans_of_days(std::span<const ScanHeadline> scans) {
  std::vector<ScanHeadline> days;
  for (const history::ScanDay& day : history::scan_days(scans)) {
    days.push_back(day.complete != nullptr ? *day.complete : *day.incomplete);
  }
  return days;
}

/// The days whose numbers differ from those of the day before them, newest first.
std::vector<ScanHeadline> days_that_differ(std::span<const ScanHeadline> days) {
  std::vector<ScanHeadline> differing;
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (i == 0 || !same_numbers(days[i - 1], days[i])) differing.push_back(days[i]);
  }
  std::ranges::reverse(differing);
  return differing;
}

/// The last complete scan and, if it is not the only one, the first one.
void write_newest_numbers(std::ostream& out, std::span<const ScanHeadline> days, const TableStyle& style) {
  std::vector<ScanHeadline> complete;
  std::ranges::copy_if(days, std::back_inserter(complete), &ScanHeadline::speaks_of_forest);
  if (complete.empty()) {
    out << "No complete scan in this period.\n";
    return;
  }
  const auto line = [&](const ScanHeadline& scan) {
    write_wrapped(out, fmt::format("{} (scan {}): {}", short_date(scan.started_at), scan.id, numbers_of(scan)), 0, 2,
                  style.columns);
  };
  line(complete.back());
  if (complete.size() > 1) line(complete.front());
}

void write_days(std::ostream& out, std::span<const ScanHeadline> days, const TableStyle& style) {
  const std::vector<ScanHeadline> differing = days_that_differ(days);
  const std::span shown = std::span(differing).first(std::min(differing.size(), most_days));
  write_scans_columns(
      out, shown, "DAY", [](const ScanHeadline& scan) { return short_date(scan.started_at); }, style);
  std::string left_out;
  if (differing.size() > shown.size()) left_out = fmt::format("{} older changes", differing.size() - shown.size());
  if (const std::size_t equal = days.size() - differing.size(); equal > 0) {
    left_out +=
        fmt::format("{}{} with the numbers of the day before", left_out.empty() ? "" : " and ", plural(equal, "day"));
  }
  if (!left_out.empty()) {
    write_wrapped(out, fmt::format("Not listed: {}; 'casweep scans' lists every scan.", left_out), 0, 2, style.columns);
  }
}

}  // namespace

void write_scans_table(std::ostream& out, std::span<const ScanHeadline> scans, const TableStyle& style) {
  write_scans_columns(
      out, scans, "BEGAN", [](const ScanHeadline& scan) { return short_time(scan.started_at); }, style);
  for (const ScanHeadline& scan : scans) {
    if (scan.failure.empty()) continue;
    const auto sentence = base::terminal_safe(history::sentence_of_failure(scan.failure), charset_of(style));
    write_wrapped(out, fmt::format("Scan {}: {}", scan.id, sentence), 0, 2, style.columns);
  }
}

void write_scans_json(std::ostream& out, std::span<const ScanHeadline> scans) {
  write_json(out, {{"schema_version", schema_version}, {"scans", scans_json(scans)}});
}

void write_scans_csv(std::ostream& out, std::span<const ScanHeadline> scans) {
  constexpr std::size_t columns = 15;
  using Row = std::array<std::string, columns>;
  // Part of the format: new columns go to the end.
  write_csv_record(out,
                   Row{"scan", "started_at", "finished_at", "state", "forest", "discovered", "assessed", "enforced",
                       "not_enforced", "not_exposed", "unknown", "mitigated", "compliant", "uuid", "failure"});
  for (const ScanHeadline& scan : scans) {
    const auto count = [&](std::size_t number) { return scan.listed ? std::to_string(number) : std::string{}; };
    write_csv_record(
        out, Row{std::to_string(scan.id), base::iso_time(scan.started_at),
                 scan.finished_at ? base::iso_time(*scan.finished_at) : "", std::string(history::word_of(scan.state)),
                 scan.forest, count(scan.discovered), count(scan.assessed()), count(scan.enforced),
                 count(scan.not_enforced), count(scan.not_exposed), count(scan.unknown), count(scan.mitigated),
                 count(scan.compliant()), scan.uuid, scan.failure});
  }
}

void write_trend_table(std::ostream& out, const history::Trend& trend, const TableStyle& style) {
  const std::vector<ScanHeadline> days = scans_of_days(trend.scans);
  const std::string since = trend.since ? " since " + short_time(*trend.since) : "";
  const std::string on_days = days.empty() ? ", none with a listing" : " on " + plural(days.size(), "day");
  out << fmt::format("{}{}{}\n", plural(trend.scans.size(), "scan"), trend.scans.empty() ? "" : on_days, since);
  if (!days.empty()) {
    write_newest_numbers(out, days, style);
    out << '\n';
    write_trend_chart(out, trend.scans, style);
    out << '\n';
    write_days(out, days, style);
  }
  write_events(out, trend.events, style);
  out << '\n';
  write_wrapped(out, time_to_remediate_text(trend.time_to_remediate), 0, 0, style.columns);
}

void write_trend_csv(std::ostream& out, const history::Trend& trend) {
  write_scans_csv(out, scans_of_days(trend.scans));
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
