// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/fleet_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "base/terminal_text.h"
#include "report/table/event_cells.h"
#include "report/table/text_columns.h"
#include "report/table/trend_chart.h"
#include "report/table/verdict_cell.h"
#include "report/words/change_text.h"
#include "report/words/counts.h"
#include "report/words/dates.h"
#include "report/words/decision_text.h"
#include "report/words/site_text.h"

namespace casweep::report {
namespace {

using assess::Verdict;
using history::FleetCa;
using history::FleetDay;
using history::FleetStatus;
using history::Need;
using history::SiteRecord;
using history::SiteState;

constexpr std::size_t most_cas = 20;      // that need a person
constexpr std::size_t most_changes = 20;  // of all sites
constexpr std::size_t most_days_of_fleet = 10;
constexpr std::size_t most_events_of_fleet = 40;
constexpr std::size_t most_sentences = 20;

TextCell state_cell(SiteState state, const TableStyle& style) {
  const SiteLook look = look_of(state);
  TextCell cell{fmt::format("{} {}", style.unicode ? look.glyph : look.letter, look.words)};
  if (style.colour) cell.before = look.colour, cell.after = "\x1b[0m";
  return cell;
}

std::string foreign_cell(std::string_view text, const TableStyle& style) {
  return text.empty() ? "-" : base::terminal_safe(text, charset_of(style));
}

/// Writes each of `sentences`, which are foreign text, and how many are left out.
void write_sentences(std::ostream& out, std::span<const std::string> sentences, const TableStyle& style) {
  for (const std::string& sentence : sentences.first(std::min(sentences.size(), most_sentences))) {
    write_wrapped(out, base::terminal_safe(sentence, charset_of(style)), 0, 2, style.columns);
  }
  if (sentences.size() > most_sentences) {
    out << fmt::format("{} more: see --format json\n", sentences.size() - most_sentences);
  }
}

void write_site_sentences(std::ostream& out, const FleetStatus& fleet, const TableStyle& style) {
  write_sentences(out, site_problems(fleet), style);
  write_sentences(out, copies_of_one_history(fleet), style);
  write_wrapped(out, sites_sentence(fleet), 0, 0, style.columns);
}

void write_sites(std::ostream& out, const FleetStatus& fleet, const TableStyle& style) {
  std::vector<std::vector<TextCell>> rows;
  for (std::size_t i = 0; i < fleet.sites.size(); ++i) {
    const SiteRecord& site = fleet.sites[i];
    const bool counted = fleet.states[i] != SiteState::unreadable && fleet.states[i] != SiteState::no_complete_scan;
    const auto number = [&](std::size_t count) { return counted ? std::to_string(count) : "-"; };
    const bool current = fleet.states[i] == SiteState::current;
    rows.push_back({{foreign_cell(site.site.name, style)},
                    state_cell(fleet.states[i], style),
                    {last_report_text(site, fleet.now)},
                    {foreign_cell(site.forest.forest, style)},
                    {number(site.forest.cas.size())},
                    {current ? number(site.forest.compliant()) : "-"},
                    {number(site.forest.count(Verdict::not_enforced))},
                    {number(site.forest.count(Verdict::unknown))},
                    {number(site.forest.count(Need::action))}});
  }
  write_columns(out,
                {{"SITE", 12},
                 {"STATE"},
                 {"LAST COMPLETE SCAN", 0, 5},
                 {"FOREST", 0, 1},
                 {"CAS", 0, 4},
                 {"COMPLIANT", 0, 3},
                 {"NOT ENFORCED"},
                 {"UNKNOWN", 0, 6},
                 {"ACTION", 0, 2}},
                rows, style.columns, charset_of(style));
}

/// "emea", or "emea, apac" if several sites list the CA; the one that counts is first.
std::string sites_of(const FleetStatus& fleet, const FleetCa& ca) {
  std::string names = fleet.sites[ca.counts.site].site.name;
  for (const history::CaAtSite& place : ca.all) {
    if (place != ca.counts) names += ", " + fleet.sites[place.site].site.name;
  }
  return names;
}

void write_cas(std::ostream& out, const FleetStatus& fleet, FleetCas which, const TableStyle& style) {
  std::vector<const FleetCa*> listed;
  for (const FleetCa& ca : fleet.cas) {
    if (which == FleetCas::all || fleet.needs_person(ca)) listed.push_back(&ca);
  }
  if (listed.empty()) return;
  const std::size_t most = which == FleetCas::all ? listed.size() : std::min(listed.size(), most_cas);
  std::vector<std::vector<TextCell>> rows;
  for (const FleetCa* place : std::span(listed).first(most)) {
    const history::CaSummary& ca = fleet.ca(place->counts);
    const auto since = ca.verdict_since();
    rows.push_back({{base::terminal_name(name_of(ca.identity), ca.object_guid, charset_of(style))},
                    {foreign_cell(sites_of(fleet, *place), style)},
                    {foreign_cell(ca.identity.dns_host_name, style)},
                    verdict_cell(ca.verdict(), style),
                    {status_in_brief(ca, fleet.now_at(place->counts)) + (ca.story.regressed ? ", regressed" : "") +
                     (fleet.is_current(*place) ? "" : ", outdated")},
                    {since ? short_date(since->at) : "-"},
                    {std::string(assess::word_of(ca.last ? ca.last->judged.reason : assess::Reason::not_read))}});
  }
  out << '\n';
  write_columns(out,
                {{"CA", 20}, {"SITE", 12}, {"HOST", 0, 2}, {"VERDICT"}, {"STATUS"}, {"SINCE", 0, 3}, {"REASON", 0, 1}},
                rows, style.columns, charset_of(style));
  if (listed.size() > most) {
    write_wrapped(out, fmt::format("{} more CAs need a person; option --all lists every CA.", listed.size() - most), 0,
                  0, style.columns);
  }
}

void write_changes_of_sites(std::ostream& out, const FleetStatus& fleet, const TableStyle& style) {
  std::vector<std::string> lines;
  std::size_t compared = 0;
  for (const SiteRecord& site : fleet.sites) {
    if (!site.forest.since) continue;
    ++compared;
    for (const history::CaChange& change : site.forest.since->changes) {
      lines.push_back(fmt::format("{}: {}", base::terminal_safe(site.site.name, charset_of(style)),
                                  change_words(change, charset_of(style))));
    }
  }
  if (compared == 0) return;
  out << '\n';
  if (lines.empty()) {
    write_wrapped(out, "No changes since the complete scan before the last of each site.", 0, 0, style.columns);
    return;
  }
  write_wrapped(out, "Changes since the complete scan before the last of each site:", 0, 0, style.columns);
  for (const std::string& line : std::span(lines).first(std::min(lines.size(), most_changes))) {
    out << "  ";
    write_wrapped(out, line, 2, 4, style.columns);
  }
  if (lines.size() > most_changes) {
    write_wrapped(out, fmt::format("{} more: see 'casweep fleet changes'.", lines.size() - most_changes), 2, 4,
                  style.columns);
  }
}

std::string compliant_sentence(const history::FleetTotals& totals) {
  if (totals.cas == 0) return "";
  return fmt::format(" Compliant: {} %.", totals.compliant() * 100 / totals.cas);
}

bool same_numbers(const FleetDay& left, const FleetDay& right) {
  const auto numbers = [](const FleetDay& day) {
    const history::ScanHeadline& sum = day.totals;
    return std::tuple(day.sites, day.reporting, sum.discovered, sum.enforced, sum.not_enforced, sum.not_exposed,
                      sum.unknown, sum.mitigated);
  };
  return numbers(left) == numbers(right);
}

void write_days_of_fleet(std::ostream& out, std::span<const FleetDay> days, const TableStyle& style) {
  std::vector<const FleetDay*> differing;
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (i == 0 || !same_numbers(days[i - 1], days[i])) differing.push_back(&days[i]);
  }
  std::ranges::reverse(differing);
  const std::span shown = std::span(differing).first(std::min(differing.size(), most_days_of_fleet));
  std::vector<std::vector<TextCell>> rows;
  for (const FleetDay* day : shown) {
    const history::ScanHeadline& sum = day->totals;
    rows.push_back({{short_date(sum.started_at)},
                    {fmt::format("{} of {}", day->reporting, day->sites)},
                    {std::to_string(sum.discovered)},
                    {std::to_string(sum.assessed())},
                    {std::to_string(sum.not_enforced)},
                    {percent_text(sum, sum.compliant())},
                    {percent_text(sum, sum.compliant() + sum.mitigated)}});
  }
  write_columns(out,
                {{"DAY"},
                 {"SITES"},
                 {"CAS"},
                 {"ASSESSED", 0, 2},
                 {"NOT ENFORCED"},
                 {"COMPLIANT", 0, 3},
                 {"INCL. MITIGATED", 0, 1}},
                rows, style.columns, charset_of(style));
  if (const std::size_t left_out = differing.size() - shown.size(); left_out > 0) {
    out << fmt::format("{} older changes: see --format csv\n", left_out);
  }
}

/// The sites whose histories could not be read. Foreign text.
std::vector<std::string> problems_of(std::span<const history::SiteTrend> sites) {
  std::vector<std::string> problems;
  for (const history::SiteTrend& site : sites) {
    if (!site.problem.empty()) problems.push_back(fmt::format("{}: {}", site.site.name, site.problem));
  }
  return problems;
}

}  // namespace

void write_fleet_table(std::ostream& out, const FleetStatus& fleet, FleetCas cas, const TableStyle& style) {
  write_sites(out, fleet, style);
  write_cas(out, fleet, cas, style);
  write_changes_of_sites(out, fleet, style);
  if (const auto differing = disagreements(fleet); !differing.empty()) {
    out << "\nSites disagree about the last known verdict:\n";
    write_sentences(out, differing, style);
  }
  out << '\n';
  write_site_sentences(out, fleet, style);
  write_wrapped(out, totals_sentence(fleet) + compliant_sentence(fleet.totals), 0, 0, style.columns);
  write_wrapped(out, fleet_needs_sentence(fleet.totals), 0, 0, style.columns);
}

void write_sites_table(std::ostream& out, const FleetStatus& fleet, const TableStyle& style) {
  std::vector<std::vector<TextCell>> rows;
  for (std::size_t i = 0; i < fleet.sites.size(); ++i) {
    const SiteRecord& site = fleet.sites[i];
    const auto reported = last_report(site);
    const std::string newest =
        site.newest ? fmt::format("{} ({})", short_time(site.newest->started_at), history::word_of(site.newest->state))
                    : "-";
    rows.push_back({{foreign_cell(site.site.name, style)},
                    state_cell(fleet.states[i], style),
                    {foreign_cell(site.forest.forest, style)},
                    {reported ? short_time(*reported) : "never"},
                    {newest},
                    {foreign_cell(site.site.id, style)},
                    {foreign_cell(site.site.source, style)}});
  }
  write_columns(out,
                {{"SITE", 12},
                 {"STATE"},
                 {"FOREST", 12, 3},
                 {"LAST COMPLETE SCAN"},
                 {"NEWEST SCAN", 0, 4},
                 {"SITE ID", 0, 1},
                 {"HISTORY", 20, 2}},
                rows, style.columns, charset_of(style));
  out << '\n';
  write_site_sentences(out, fleet, style);
}

void write_fleet_trend_table(std::ostream& out, std::span<const FleetDay> days,
                             std::span<const history::SiteTrend> sites, const TableStyle& style) {
  write_sentences(out, problems_of(sites), style);
  if (days.empty()) {
    out << "No site has a complete scan in this period.\n";
    return;
  }
  std::vector<history::ScanHeadline> totals;
  for (const FleetDay& day : days) totals.push_back(day.totals);
  write_trend_chart(out, totals, style);
  write_days_of_fleet(out, days, style);
}

void write_fleet_changes_table(std::ostream& out, std::span<const history::FleetEvent> events,
                               std::span<const history::SiteTrend> sites, const FleetStatus& fleet,
                               const TableStyle& style) {
  write_sentences(out, problems_of(sites), style);
  if (events.empty()) {
    out << "No events in this period.\n";
  } else {
    if (events.size() > most_events_of_fleet) {
      out << fmt::format("{} older events: see --format json\n", events.size() - most_events_of_fleet);
      events = events.last(most_events_of_fleet);
    }
    std::vector<std::vector<TextCell>> rows;
    for (const history::FleetEvent& event : events) {
      const EventCells cells = event_cells(event.event, {}, style);
      rows.push_back({{event_time(event.event.at, style)},
                      {foreign_cell(sites[event.site].site.name, style)},
                      {base::terminal_name(name_of(*event.event.identity), event.event.object_guid, charset_of(style))},
                      cells.was,
                      cells.is,
                      cells.event});
    }
    write_columns(out, {{"DATE"}, {"SITE", 10}, {"CA", 16}, {"WAS", 14, 1}, {"IS", 14}, {"EVENT", 14}}, rows,
                  style.columns, charset_of(style));
  }
  if (const auto differing = disagreements(fleet); !differing.empty()) {
    out << "\nSites disagree about the last known verdict:\n";
    write_sentences(out, differing, style);
  }
}

}  // namespace casweep::report
