// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "report/page/sections_internal.h"
#include "report/words/counts.h"
#include "report/words/remediation_time.h"
#include "report/words/trend_column.h"

namespace casweep::report {
namespace {

using history::ScanHeadline;

constexpr std::size_t most_columns = 100;
constexpr std::size_t most_events_of_forest = 100;

void write_numbers_row(HtmlWriter& html, const TrendColumn& column) {
  const ScanHeadline* shown = column.drawn != nullptr ? column.drawn : column.incomplete;
  if (shown == nullptr) return;  // no scan on these days
  const ScanHeadline& scan = *shown;
  html << "<tr><th scope=\"row\">" << scan.id << "</th><td>";
  write_time(html, scan.started_at);
  const auto count = [&](std::size_t number) { return own(count_text(scan, number)); };
  html << "</td><td>" << own(history::word_of(scan.state)) << "</td><td>" << count(scan.discovered) << "</td><td>"
       << own(percent_text(scan, scan.compliant())) << "</td><td>"
       << own(percent_text(scan, scan.compliant() + scan.mitigated)) << "</td><td>"
       << own(percent_text(scan, scan.assessed())) << "</td><td>" << count(scan.enforced) << "</td><td>"
       << count(scan.not_exposed) << "</td><td>" << count(scan.not_enforced) << "</td><td>" << count(scan.unknown)
       << "</td></tr>\n";
}

/// The chart as a table, for screen readers and for exact numbers.
void write_numbers(HtmlWriter& html, std::span<const TrendColumn> columns) {
  html << "<details class=\"numbers\"><summary>The numbers of the chart</summary>\n<section class=\"wide\" "
          "aria-label=\"The numbers of the chart\" tabindex=\"0\">\n<table class=\"plain\">\n"
       << "<caption class=\"unseen\">The scans of the chart, newest first</caption>\n<thead>\n<tr><th "
          "scope=\"col\">Scan</th>"
       << "<th scope=\"col\">Began</th><th scope=\"col\">State</th><th scope=\"col\">CAs</th>"
       << "<th scope=\"col\">Enforced or not exposed</th><th scope=\"col\">With mitigated CAs</th>"
       << "<th scope=\"col\">Coverage</th><th scope=\"col\">Enforced</th><th scope=\"col\">Not exposed</th>"
       << "<th scope=\"col\">Not enforced</th><th scope=\"col\">Unknown</th></tr>\n</thead>\n<tbody>\n";
  std::for_each(columns.rbegin(), columns.rend(), [&](const TrendColumn& column) { write_numbers_row(html, column); });
  html << "</tbody>\n</table>\n</section>\n</details>\n";
}

void write_events(HtmlWriter& html, std::span<const history::Event> events) {
  html << "<h3 id=\"events\">Events</h3>\n";
  if (events.empty()) {
    html << "<p>None.</p>\n";
    return;
  }
  const auto newest = events.last(std::min(events.size(), most_events_of_forest));
  html << "<ul class=\"events\">\n";
  std::for_each(newest.rbegin(), newest.rend(), [&](const history::Event& event) {
    html << "<li>";
    write_event(html, event);
    html << "</li>\n";
  });
  html << "</ul>\n";
  if (events.size() > newest.size()) {
    html << "<p>" << events.size() - newest.size() << " older events: see casweep trend --format json</p>\n";
  }
}

/// "each day (UTC).", or how many days share a column.
std::string caption_of_columns(std::span<const TrendColumn> columns) {
  if (columns.empty()) return "each day (UTC).";
  const auto days = (columns.back().last - columns.front().first).count() + 1;
  if (std::cmp_equal(days, columns.size())) return "each day (UTC).";
  return fmt::format("the days of each column ({} days in {} columns, UTC).", days, columns.size());
}

}  // namespace

void write_trend(HtmlWriter& html, const PageView& view) {
  const history::Trend& trend = view.subject.trend;
  const auto days = history::scan_days(trend.scans);
  const auto columns = trend_columns(days, most_columns);
  html << "<section id=\"trend\" aria-labelledby=\"trend-title\">\n<h2 id=\"trend-title\">Trend</h2>\n<figure>\n";
  write_trend_svg(html, view.subject.forest.forest, columns, trend.events);
  html << "<figcaption>Share of each verdict among all CAs that the directory listed, in the last complete scan of "
       << own(caption_of_columns(columns));
  for (const auto& [letter, meaning] : letters_of(columns)) {
    html << own(fmt::format(" {}: only {} scans.", letter, meaning));
  }
  html << "</figcaption>\n</figure>\n";
  write_numbers(html, columns);
  html << "<p>" << own(time_to_remediate_text(trend.time_to_remediate)) << "</p>\n";
  write_events(html, trend.events);
  html << "</section>\n";
}

}  // namespace casweep::report
