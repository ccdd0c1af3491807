// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/page/fleet_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <span>

#include "base/ascii_case.h"
#include "report/page/sections_internal.h"
#include "report/words/change_text.h"
#include "report/words/counts.h"
#include "report/words/dates.h"
#include "report/words/decision_text.h"
#include "report/words/esc11.h"
#include "report/words/site_text.h"
#include "report/words/trend_column.h"

namespace casweep::report {
namespace {

using assess::Verdict;
using history::FleetCa;
using history::FleetStatus;
using history::Need;
using history::SiteRecord;
using history::SiteState;

constexpr std::size_t most_columns_of_fleet = 100;
constexpr std::size_t most_cas_of_fleet = 200;
constexpr std::size_t most_fleet_events = 100;

void write_site_name(HtmlWriter& html, const FleetPageSubject& subject, const std::string& name) {
  const auto page = subject.pages.find(name);
  if (page == subject.pages.end()) {
    html << foreign(name);
    return;
  }
  html << "<a href=\"" << own(page->second) << "\">" << foreign(name) << "</a>";
}

void write_state(HtmlWriter& html, SiteState state) {
  const SiteLook look = look_of(state);
  if (state == SiteState::current) {
    html << "<span class=\"whole\"><span aria-hidden=\"true\">" << own(look.glyph) << "</span> " << own(look.words)
         << "</span>";
  } else {
    html << "<span class=\"badge bad\">" << own(look.words) << "</span>";
  }
}

void write_fleet_header(HtmlWriter& html, const FleetPageSubject& subject) {
  html << "<header>\n<p class=\"kicker\">" << own(plural(subject.fleet.sites.size(), "site")) << " · ";
  write_time(html, subject.fleet.now);
  html << "</p>\n<h1>" << own(esc11_title) << "</h1>\n<p class=\"lead\">All forests in one view: each site is the "
       << "history of one forest. " << own(esc11_description) << "</p>\n"
       << "<nav aria-label=\"On this page\">\n<ul>\n<li><a href=\"#sites\">Sites</a></li>\n<li><a href=\"#cas\">CAs "
          "that need a person</a></li>\n<li><a href=\"#changes\">Changes</a></li>\n<li><a "
          "href=\"#trend\">Trend</a></li>\n</ul>\n</nav>\n</header>\n";
}

/// A key figure: its name, value and note.
void write_fleet_figure(HtmlWriter& html, Markup name, const EscapedText& value, const EscapedText& note) {
  html << "<li><span class=\"name\">" << name << "</span> <span class=\"value\">" << value
       << "</span> <span class=\"note\">" << note << "</span></li>\n";
}

void write_fleet_summary(HtmlWriter& html, const FleetStatus& fleet) {
  html << "<section id=\"summary\" aria-label=\"Summary\">\n";
  const auto problems = site_problems(fleet);
  if (!problems.empty()) {
    html << "<div class=\"notice\" role=\"note\">\n<p><strong>Not all sites can be relied on.</strong> CAs that were "
            "compliant when a site that is not current last read them are not counted as compliant.</p>\n<ul>\n";
    for (const std::string& problem : problems) html << "<li>" << foreign(problem) << "</li>\n";
    html << "</ul>\n</div>\n";
  }
  html << "<p class=\"needs\"><strong>" << own(fleet_needs_sentence(fleet.totals)) << "</strong></p>\n";
  const history::FleetTotals& totals = fleet.totals;
  html << "<ul class=\"figures\">\n";
  write_fleet_figure(html, "Sites", own(std::to_string(fleet.sites.size())),
                     own(fmt::format("{} current", fleet.count(SiteState::current))));
  write_fleet_figure(html, "Enforced or not exposed",
                     own(totals.cas == 0 ? "–" : fmt::format("{} %", totals.compliant() * 100 / totals.cas)),
                     own(fmt::format("{} of {}", totals.compliant(), plural(totals.cas, "CA"))));
  write_fleet_figure(html, "Not enforced", own(std::to_string(totals.not_enforced)),
                     own(fmt::format("{} regressed", totals.regressed)));
  write_fleet_figure(
      html, "Unknown", own(std::to_string(totals.unknown + totals.outdated)),
      own(totals.outdated == 0 ? "" : fmt::format("{} of them outdated: compliant when last read", totals.outdated)));
  html << "</ul>\n</section>\n";
}

void write_site_rows(HtmlWriter& html, const FleetPageSubject& subject) {
  const FleetStatus& fleet = subject.fleet;
  for (std::size_t i = 0; i < fleet.sites.size(); ++i) {
    const SiteRecord& site = fleet.sites[i];
    html << "<tr><th scope=\"row\">";
    write_site_name(html, subject, site.site.name);
    html << "</th><td>";
    write_state(html, fleet.states[i]);
    html << "</td><td>";
    const auto reported = last_report(site);
    if (reported) {
      write_time(html, *reported);
      html << " <small>" << own(last_report_text(site, fleet.now)) << "</small>";
    } else {
      html << "never";
    }
    html << "</td><td>" << (site.forest.forest.empty() ? own("–") : foreign(site.forest.forest)) << "</td>";
    const bool counted = reported.has_value();
    const auto cell = [&](std::size_t number) {
      html << "<td>" << (counted ? own(std::to_string(number)) : own("–")) << "</td>";
    };
    cell(site.forest.cas.size());
    if (fleet.states[i] == SiteState::current) {
      cell(site.forest.compliant());
    } else {
      html << "<td>–</td>";
    }
    cell(site.forest.count(Verdict::not_enforced));
    cell(site.forest.count(Verdict::unknown));
    cell(site.forest.count(Need::action));
    html << "</tr>\n";
  }
}

void write_site_table(HtmlWriter& html, const FleetPageSubject& subject) {
  html << "<section id=\"sites\" aria-labelledby=\"sites-title\">\n<h2 id=\"sites-title\">Sites</h2>\n"
       << "<table class=\"plain stacked sites\">\n<caption class=\"unseen\">Sites, those that cannot be relied on "
          "first</caption>\n<thead>\n<tr><th scope=\"col\">Site</th><th scope=\"col\">State</th><th "
          "scope=\"col\">Last complete scan</th><th scope=\"col\">Forest</th><th scope=\"col\">CAs</th><th "
          "scope=\"col\">Compliant</th><th scope=\"col\">Not enforced</th><th scope=\"col\">Unknown</th><th "
          "scope=\"col\">Need action</th></tr>\n</thead>\n<tbody>\n";
  write_site_rows(html, subject);
  html << "</tbody>\n</table>\n";
  for (const std::string& sentence : copies_of_one_history(subject.fleet)) {
    html << "<p>" << foreign(sentence) << "</p>\n";
  }
  html << "</section>\n";
}

void write_fleet_cas(HtmlWriter& html, const FleetPageSubject& subject) {
  const FleetStatus& fleet = subject.fleet;
  html << "<section id=\"cas\" aria-labelledby=\"cas-title\">\n<h2 id=\"cas-title\">CAs that need a person</h2>\n";
  std::vector<const FleetCa*> listed;
  for (const FleetCa& ca : fleet.cas) {
    if (fleet.needs_person(ca)) listed.push_back(&ca);
  }
  if (listed.empty()) {
    html << "<p>None.</p>\n</section>\n";
    return;
  }
  html << "<table class=\"plain stacked fleet-cas\">\n<caption class=\"unseen\">CAs that need a person</caption>\n"
          "<thead>\n<tr><th scope=\"col\">CA</th><th scope=\"col\">Site</th><th scope=\"col\">Host</th><th "
          "scope=\"col\">Verdict</th><th scope=\"col\">Since</th><th scope=\"col\">Status</th></tr>\n</thead>\n"
          "<tbody>\n";
  for (const FleetCa* place : std::span(listed).first(std::min(listed.size(), most_cas_of_fleet))) {
    const history::CaSummary& ca = fleet.ca(place->counts);
    html << "<tr><th scope=\"row\">" << foreign(base::name_or_guid(name_of(ca.identity), ca.object_guid))
         << "</th><td>";
    Markup separator = "";
    for (const history::CaAtSite& at : place->all) {
      html << separator;
      write_site_name(html, subject, fleet.sites[at.site].site.name);
      separator = ", ";
    }
    html << "</td><td>" << (ca.identity.dns_host_name.empty() ? own("–") : foreign(ca.identity.dns_host_name))
         << "</td><td>";
    write_verdict(html, ca.verdict());
    html << " <small>" << own(assess::word_of(ca.last ? ca.last->judged.reason : assess::Reason::not_read))
         << "</small></td><td>";
    if (const auto since = ca.verdict_since()) {
      write_day(html, since->at);
    } else {
      html << "–";
    }
    html << "</td><td>" << own(status_text(ca, fleet.now_at(place->counts)))
         << (ca.story.regressed ? Markup("; regressed") : Markup(""))
         << (fleet.is_current(*place) ? Markup("") : Markup("; outdated")) << "</td></tr>\n";
  }
  html << "</tbody>\n</table>\n";
  if (listed.size() > most_cas_of_fleet) {
    html << "<p>" << listed.size() - most_cas_of_fleet << " more: see casweep fleet status --all</p>\n";
  }
  if (const auto differing = disagreements(fleet); !differing.empty()) {
    html << "<h3>Sites disagree about the last known verdict</h3>\n<ul>\n";
    for (const std::string& sentence : differing) html << "<li>" << foreign(sentence) << "</li>\n";
    html << "</ul>\n";
  }
  html << "</section>\n";
}

void write_fleet_changes(HtmlWriter& html, const FleetPageSubject& subject) {
  html << "<section id=\"changes\" aria-labelledby=\"changes-title\">\n<h2 id=\"changes-title\">Changes since the "
          "complete scan before the last of each site</h2>\n";
  bool any = false;
  for (const SiteRecord& site : subject.fleet.sites) {
    if (!site.forest.since || site.forest.since->changes.empty()) continue;
    any = true;
    html << "<h3>";
    write_site_name(html, subject, site.site.name);
    html << "</h3>\n<ul>\n";
    for (const history::CaChange& change : site.forest.since->changes) {
      html << "<li>" << foreign(change_words(change, base::Charset::unicode)) << "</li>\n";
    }
    html << "</ul>\n";
  }
  if (!any) html << "<p>None.</p>\n";
  html << "</section>\n";
}

void write_days_table(HtmlWriter& html, std::span<const history::FleetDay> days) {
  html << "<details class=\"numbers\"><summary>The numbers of the chart</summary>\n<section class=\"wide\" "
          "aria-label=\"The numbers of the chart\" tabindex=\"0\">\n<table class=\"plain\">\n"
       << "<caption class=\"unseen\">The days of the chart, newest first</caption>\n<thead>\n<tr><th "
          "scope=\"col\">Day</th><th scope=\"col\">Sites that reported</th><th scope=\"col\">CAs</th><th "
          "scope=\"col\">Enforced or not exposed</th><th scope=\"col\">Enforced</th><th scope=\"col\">Not "
          "exposed</th><th scope=\"col\">Not enforced</th><th scope=\"col\">Unknown</th></tr>\n</thead>\n<tbody>\n";
  std::for_each(days.rbegin(), days.rend(), [&](const history::FleetDay& day) {
    const history::ScanHeadline& sum = day.totals;
    html << "<tr><th scope=\"row\">";
    write_day(html, sum.started_at);
    html << "</th><td>" << day.reporting << " of " << day.sites << "</td><td>" << sum.discovered << "</td><td>"
         << own(percent_text(sum, sum.compliant())) << "</td><td>" << sum.enforced << "</td><td>" << sum.not_exposed
         << "</td><td>" << sum.not_enforced << "</td><td>" << sum.unknown << "</td></tr>\n";
  });
  html << "</tbody>\n</table>\n</section>\n</details>\n";
}

void write_fleet_trend(HtmlWriter& html, const FleetPageSubject& subject) {
  std::vector<history::ScanHeadline> totals;
  for (const history::FleetDay& day : subject.days) totals.push_back(day.totals);
  const auto events = history::fleet_events(subject.sites, {});
  std::vector<history::Event> marks;
  for (const history::FleetEvent& event : events) marks.push_back(event.event);
  const auto days = history::scan_days(totals);
  const auto columns = trend_columns(days, most_columns_of_fleet);
  html << "<section id=\"trend\" aria-labelledby=\"trend-title\">\n<h2 id=\"trend-title\">Trend</h2>\n<figure>\n";
  write_trend_svg(html, "all forests", columns, marks);
  html << "<figcaption>Share of each verdict among the CAs of all forests, by the last complete scan of each. CAs that "
          "were compliant when a site that is stale last read them count as unknown.</figcaption>\n</figure>\n";
  write_days_table(html, std::span(subject.days).last(std::min(subject.days.size(), most_columns_of_fleet)));
  html << "<h3 id=\"events\">Events</h3>\n";
  if (events.empty()) {
    html << "<p>None.</p>\n</section>\n";
    return;
  }
  html << "<ul class=\"events\">\n";
  const auto newest = std::span(events).last(std::min(events.size(), most_fleet_events));
  std::for_each(newest.rbegin(), newest.rend(), [&](const history::FleetEvent& event) {
    html << "<li>";
    write_event(html, event.event);
    html << " (";
    write_site_name(html, subject, subject.sites[event.site].site.name);
    html << ")</li>\n";
  });
  html << "</ul>\n";
  if (events.size() > newest.size()) {
    html << "<p>" << events.size() - newest.size() << " older events: see casweep fleet changes --format json</p>\n";
  }
  html << "</section>\n";
}

}  // namespace

void write_fleet_page(std::ostream& out, const FleetPageSubject& subject) {
  HtmlWriter html(out);
  begin_head(html, Script::none);
  html << "ESC11 in " << own(plural(subject.fleet.sites.size(), "site"));
  end_head(html);
  html << "<body>\n<a class=\"skip\" href=\"#sites\">Skip to the sites</a>\n";
  write_fleet_header(html, subject);
  html << "<main>\n";
  write_fleet_summary(html, subject.fleet);
  write_site_table(html, subject);
  write_fleet_cas(html, subject);
  write_fleet_changes(html, subject);
  write_fleet_trend(html, subject);
  html << "</main>\n";
  write_footer(html, subject.tool_version);
  html << "</body>\n</html>\n";
}

std::map<std::string, std::string> page_names(const std::vector<std::string>& sites, const std::string& taken) {
  const auto folded = [](std::string name) {
    std::ranges::transform(name, name.begin(), base::ascii_lower);
    return name;
  };
  std::set<std::string> used{folded(taken)};
  std::map<std::string, std::string> names;
  for (const std::string& site : sites) {
    std::string stem;
    for (const char character : site) {
      const bool plain = base::is_ascii_letter(character) || base::is_ascii_digit(character) || character == '-' ||
                         character == '_' || character == '.';
      stem += plain ? character : '_';
    }
    constexpr std::size_t longest = 100;
    if (stem.size() > longest) stem.erase(0, stem.size() - longest);
    if (stem.empty() || stem.front() == '.' || stem.front() == '-') stem.insert(0, "site");
    std::string name = stem + ".html";
    for (int copy = 2; !used.insert(folded(name)).second; ++copy) name = fmt::format("{}-{}.html", stem, copy);
    names.emplace(site, name);
  }
  return names;
}

}  // namespace casweep::report
