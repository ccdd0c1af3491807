// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/diff_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "base/iso_time.h"
#include "report/format/event_csv.h"
#include "report/json/event_json.h"
#include "report/json/json_text.h"
#include "report/table/event_cells.h"
#include "report/table/table_style.h"
#include "report/table/text_columns.h"
#include "report/words/counts.h"
#include "report/words/dates.h"
#include "report/words/scan_state.h"

namespace casweep::report {
namespace {

using history::ScanRecord;
using history::ScanState;
using nlohmann::ordered_json;

std::vector<std::string> warnings_of(const ScanRecord& before, const ScanRecord& after) {
  std::vector<std::string> warnings;
  for (const ScanRecord* scan : {&before, &after}) {
    if (scan->state == ScanState::complete) continue;
    warnings.push_back(fmt::format("Scan {} {}: the comparison does not cover the CAs that it did not read.", scan->id,
                                   predicate_of(scan->state)));
  }
  if (before.listing && after.listing && !same_forest(*before.listing, *after.listing)) {
    const auto forest = [](const history::ScanListing& listing) {
      return listing.root_domain ? fmt::format("{} ({})", listing.forest, to_string(*listing.root_domain))
                                 : listing.forest;
    };
    warnings.push_back(
        fmt::format("The scans cover different forests, {} and {}.", forest(*before.listing), forest(*after.listing)));
  }
  // A scan without a ticket has no account.
  const bool both_asked = !before.start.account.empty() && !after.start.account.empty();
  if (both_asked && before.start.account != after.start.account) {
    warnings.push_back(fmt::format(
        "The scans used different accounts, {} and {}, which may not have access to the same registry keys.",
        before.start.account, after.start.account));
  }
  return warnings;
}

std::optional<assess::Verdict> verdict_in(const ScanDifference& difference, const history::Event& event) {
  const auto found = difference.verdicts.find(event.object_guid);
  return found == difference.verdicts.end() ? std::nullopt : std::optional{found->second};
}

bool was_read(const history::Sighting& sighting) { return sighting.judged.has_value(); }

/// "12 CAs in both scans, 1 verdict compared".
std::string compared_text(const ScanDifference& difference) {
  const std::string cas = plural(difference.compared, "CA") + " in both scans";
  if (difference.verdicts_compared == difference.compared) return cas;
  return fmt::format("{}, {} compared", cas, plural(difference.verdicts_compared, "verdict"));
}

/// "scan 7 (2026-11-28 02:43Z, complete)".
std::string compared_scan_text(const ScanRecord& scan) {
  return fmt::format("scan {} ({}, {})", scan.id, short_time(scan.start.started_at), history::word_of(scan.state));
}

ordered_json compared_scan_json(const ScanRecord& scan) {
  return {{"id", scan.id},
          {"uuid", text_or_null(scan.uuid)},
          {"state", history::word_of(scan.state)},
          {"started_at", text_or_null(base::iso_time(scan.start.started_at))},
          {"forest", scan.listing ? text_or_null(scan.listing->forest) : nullptr},
          {"discovered", scan.listing ? ordered_json(scan.discovered) : nullptr},
          {"assessed", scan.assessed()}};
}

}  // namespace

ScanDifference difference_of(ScanRecord before, ScanRecord after, const std::vector<history::CaTimeline>& cas) {
  ScanDifference difference;
  difference.warnings = warnings_of(before, after);
  for (const history::CaTimeline& timeline : cas) {
    if (timeline.sightings.size() == 2) {
      ++difference.compared;
      if (std::ranges::all_of(timeline.sightings, was_read)) ++difference.verdicts_compared;
    }
    if (!timeline.sightings.empty()) {
      const history::Sighting& last = timeline.sightings.back();
      if (last.scan.scan == after.id && last.judged) {
        difference.verdicts.emplace(timeline.object_guid, last.judged->verdict);
      }
    }
    for (history::Event& event : history::story_of(timeline, {}, after.start.started_at).events) {
      // A CA that the older scan saw first is not a difference. One that only the newer scan listed is; after a partial
      // scan it does not count as "added", only as first seen.
      const bool is_difference = event.kind != history::EventKind::first_seen || event.scan == after.id;
      if (is_difference) difference.events.push_back(std::move(event));
    }
  }
  std::ranges::stable_sort(difference.events, {}, [&](const history::Event& event) {
    return std::pair(urgency_of(event, verdict_in(difference, event)), name_of(*event.identity));
  });
  difference.before = std::move(before);
  difference.after = std::move(after);
  return difference;
}

void write_diff_table(std::ostream& out, const ScanDifference& difference, const TableStyle& style) {
  const base::Charset charset = charset_of(style);
  const auto& events = difference.events;
  write_wrapped(
      out, fmt::format("From {} to {}:", compared_scan_text(difference.before), compared_scan_text(difference.after)),
      0, 2, style.columns);
  for (const std::string& warning : difference.warnings) {
    write_wrapped(out, "Warning: " + base::terminal_safe(warning, charset), 0, 2, style.columns);
  }
  out << '\n';
  std::vector<std::vector<TextCell>> rows;
  for (const history::Event& event : events) {
    const EventCells cells = event_cells(event, verdict_in(difference, event), style);
    rows.push_back({{base::terminal_name(name_of(*event.identity), event.object_guid, charset)},
                    cells.was,
                    cells.is,
                    event_cell_with_reason(event, cells, style)});
  }
  if (!rows.empty()) {
    write_columns(out, {{"CA", 16}, {"WAS", 14}, {"IS", 14}, {"EVENT", 16}}, rows, style.columns, charset);
    out << '\n';
  }
  const auto count = difference.compared == 0 && events.empty() ? "Nothing to compare"
                     : events.empty()                           ? "No difference"
                                                                : plural(events.size(), "difference");
  write_wrapped(out, fmt::format("{}; {}.", count, compared_text(difference)), 0, 0, style.columns);
}

void write_diff_csv(std::ostream& out, const ScanDifference& difference) { write_events_csv(out, difference.events); }

void write_diff_json(std::ostream& out, const ScanDifference& difference) {
  ordered_json events = ordered_json::array();
  for (const history::Event& event : difference.events) events.push_back(event_json(event));
  ordered_json warnings = ordered_json::array();
  for (const std::string& warning : difference.warnings) warnings.push_back(text_or_null(warning));
  write_json(out, {{"schema_version", schema_version},
                   {"before", compared_scan_json(difference.before)},
                   {"after", compared_scan_json(difference.after)},
                   {"compared", difference.compared},
                   {"verdicts_compared", difference.verdicts_compared},
                   {"warnings", std::move(warnings)},
                   {"differences", std::move(events)}});
}

}  // namespace casweep::report
