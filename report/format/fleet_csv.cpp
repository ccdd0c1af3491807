// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/fleet_csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "base/iso_time.h"
#include "report/format/csv_text.h"
#include "report/format/status_csv.h"

namespace casweep::report {
namespace {

std::string time_or_empty(const std::optional<base::Instant>& instant) {
  return instant ? base::iso_time(*instant) : "";
}

}  // namespace

// New columns go to the end of each.

void write_fleet_csv(std::ostream& out, const history::FleetStatus& fleet) {
  std::vector<std::string> titles{"site", "site_state", "sites", "disagreement"};
  titles.insert(titles.end(), status_titles().begin(), status_titles().end());
  write_csv_record(out, titles);
  for (const history::FleetCa& place : fleet.cas) {
    const history::SiteRecord& site = fleet.sites[place.counts.site];
    std::vector<std::string> names;
    for (const history::CaAtSite& at : place.all) names.push_back(fleet.sites[at.site].site.name);
    std::vector<std::string> cells{site.site.name, std::string(history::word_of(fleet.states[place.counts.site])),
                                   fmt::format("{}", fmt::join(names, ";")), place.disagreement ? "yes" : "no"};
    const StatusRow row = status_row(site.forest, fleet.ca(place.counts));
    cells.insert(cells.end(), row.begin(), row.end());
    write_csv_record(out, cells);
  }
}

void write_sites_csv(std::ostream& out, const history::FleetStatus& fleet) {
  using assess::Verdict;
  constexpr std::size_t columns = 17;
  using Row = std::array<std::string, columns>;
  write_csv_record(out, Row{"site", "state", "forest", "last_complete_scan_ended", "newest_scan_began",
                            "newest_scan_state", "cas", "enforced", "not_enforced", "not_exposed", "unknown", "action",
                            "site_id", "root_domain_sid", "ledger_head", "source", "problem"});
  for (std::size_t i = 0; i < fleet.sites.size(); ++i) {
    const history::SiteRecord& site = fleet.sites[i];
    const bool read = site.problem.empty();
    const auto count = [&](std::size_t number) { return read ? std::to_string(number) : std::string{}; };
    write_csv_record(
        out,
        Row{site.site.name, std::string(history::word_of(fleet.states[i])), site.forest.forest,
            time_or_empty(last_report(site)), site.newest ? base::iso_time(site.newest->started_at) : "",
            site.newest ? std::string(history::word_of(site.newest->state)) : "", count(site.forest.cas.size()),
            count(site.forest.count(Verdict::enforced)), count(site.forest.count(Verdict::not_enforced)),
            count(site.forest.count(Verdict::not_exposed)), count(site.forest.count(Verdict::unknown)),
            count(site.forest.count(history::Need::action)), site.site.id,
            site.root_domain ? site.root_domain->sid : "", read ? site.head.hash : "", site.site.source, site.problem});
  }
}

void write_fleet_trend_csv(std::ostream& out, std::span<const history::FleetDay> days) {
  constexpr std::size_t columns = 10;
  using Row = std::array<std::string, columns>;
  write_csv_record(out, Row{"day", "sites", "reporting", "discovered", "assessed", "enforced", "not_enforced",
                            "not_exposed", "unknown", "mitigated"});
  for (const history::FleetDay& day : days) {
    const history::ScanHeadline& sum = day.totals;
    write_csv_record(
        out, Row{base::iso_time(sum.started_at).substr(0, 10), std::to_string(day.sites), std::to_string(day.reporting),
                 std::to_string(sum.discovered), std::to_string(sum.assessed()), std::to_string(sum.enforced),
                 std::to_string(sum.not_enforced), std::to_string(sum.not_exposed), std::to_string(sum.unknown),
                 std::to_string(sum.mitigated)});
  }
}

void write_fleet_changes_csv(std::ostream& out, std::span<const history::FleetEvent> events,
                             std::span<const history::SiteTrend> sites) {
  constexpr std::size_t columns = 11;
  using Row = std::array<std::string, columns>;
  write_csv_record(out, Row{"at", "site", "event", "name", "dns_host_name", "before", "after", "reason", "scan",
                            "object_guid", "site_id"});
  for (const history::FleetEvent& event : events) {
    const history::Event& of = event.event;
    const history::Site& site = sites[event.site].site;
    write_csv_record(out, Row{base::iso_time(of.at), site.name, std::string(history::word_of(of.kind)),
                              name_of(*of.identity), of.identity->dns_host_name, of.before, of.after, of.reason,
                              of.scan ? std::to_string(*of.scan) : "", of.object_guid.to_string(), site.id});
  }
}

}  // namespace casweep::report
