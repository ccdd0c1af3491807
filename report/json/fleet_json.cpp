// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json/fleet_json.h"

#include <cstddef>
#include <ostream>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/iso_time.h"
#include "report/json/ca_summary_json.h"
#include "report/json/event_json.h"
#include "report/json/json_text.h"
#include "report/words/change_text.h"

namespace casweep::report {
namespace {

using history::FleetStatus;
using history::SiteRecord;
using nlohmann::ordered_json;

ordered_json instant_or_null(const std::optional<base::Instant>& instant) {
  return instant ? text_or_null(base::iso_time(*instant)) : nullptr;
}

ordered_json fleet_counts_json(std::size_t enforced, std::size_t not_enforced, std::size_t not_exposed,
                               std::size_t unknown) {
  return {{"enforced", enforced}, {"not-enforced", not_enforced}, {"not-exposed", not_exposed}, {"unknown", unknown}};
}

ordered_json root_domain_json(const std::optional<discovery::RootDomain>& domain) {
  if (!domain) return nullptr;
  return {{"object_guid", domain->object_guid.to_string()}, {"sid", text_or_null(domain->sid)}};
}

ordered_json newest_scan_json(const std::optional<history::ScanHeadline>& scan) {
  if (!scan) return nullptr;
  return {{"scan", scan->id},
          {"at", text_or_null(base::iso_time(scan->started_at))},
          {"state", history::word_of(scan->state)},
          {"failure", text_or_null(scan->failure)}};
}

/// What identifies a site and how it stands.
ordered_json site_json(const FleetStatus& fleet, std::size_t index) {
  const SiteRecord& site = fleet.sites[index];
  return {{"name", text_or_null(site.site.name)},
          {"id", text_or_null(site.site.id)},
          {"source", text_or_null(site.site.source)},
          {"state", history::word_of(fleet.states[index])},
          {"problem", text_or_null(site.problem)},
          {"forest", text_or_null(site.forest.forest)},
          {"root_domain", root_domain_json(site.root_domain)},
          {"last_complete_scan", moment_json(site.forest.scan)},
          {"last_report", instant_or_null(last_report(site))},
          {"newest_scan", newest_scan_json(site.newest)},
          {"ledger_head", site.problem.empty() ? ordered_json{{"seq", site.head.seq}, {"hash", site.head.hash}}
                                               : ordered_json(nullptr)}};
}

ordered_json site_with_counts_json(const FleetStatus& fleet, std::size_t index) {
  using assess::Verdict;
  ordered_json json = site_json(fleet, index);
  const history::ForestStatus& forest = fleet.sites[index].forest;
  // Nothing is known of a site that cannot be read, which is not 0.
  if (!fleet.sites[index].problem.empty()) {
    for (const char* name : {"cas", "counts", "action", "planned", "covered", "regressed", "since"})
      json[name] = nullptr;
    return json;
  }
  std::size_t regressed = 0;
  for (const history::CaSummary& ca : forest.cas) regressed += ca.story.regressed ? 1 : 0;
  json["cas"] = forest.cas.size();
  json["counts"] = fleet_counts_json(forest.count(Verdict::enforced), forest.count(Verdict::not_enforced),
                                     forest.count(Verdict::not_exposed), forest.count(Verdict::unknown));
  json["action"] = forest.count(history::Need::action);
  json["planned"] = forest.count(history::Need::planned);
  json["covered"] = forest.count(history::Need::covered);
  json["regressed"] = regressed;
  json["since"] = changes_json(forest.since);
  return json;
}

ordered_json fleet_ca_json(const FleetStatus& fleet, const history::FleetCa& place) {
  ordered_json seen = ordered_json::array();
  for (const history::CaAtSite& at : place.all) {
    const history::CaSummary& ca = fleet.ca(at);
    seen.push_back({{"site", text_or_null(fleet.sites[at.site].site.name)},
                    {"verdict", assess::word_of(ca.verdict())},
                    {"read_at", ca.last ? text_or_null(base::iso_time(ca.last->read_at)) : nullptr}});
  }
  const SiteRecord& site = fleet.sites[place.counts.site];
  return {{"site", text_or_null(site.site.name)},
          {"forest", text_or_null(site.forest.forest)},
          {"current", fleet.is_current(place)},
          {"disagreement", place.disagreement},
          {"seen_by", std::move(seen)},
          {"ca", ca_summary_json(fleet.ca(place.counts), fleet.now_at(place.counts))}};
}

ordered_json totals_json(const history::FleetTotals& totals) {
  return {{"cas", totals.cas},
          {"counts", fleet_counts_json(totals.enforced, totals.not_enforced, totals.not_exposed, totals.unknown)},
          {"outdated", totals.outdated},
          {"compliant", totals.compliant()},
          {"action", totals.action},
          {"planned", totals.planned},
          {"covered", totals.covered},
          {"regressed", totals.regressed}};
}

/// The sites of a trend, with those that could not be read.
ordered_json trend_sites_json(std::span<const history::SiteTrend> sites) {
  ordered_json all = ordered_json::array();
  for (const history::SiteTrend& site : sites) {
    all.push_back({{"name", text_or_null(site.site.name)},
                   {"id", text_or_null(site.site.id)},
                   {"source", text_or_null(site.site.source)},
                   {"problem", text_or_null(site.problem)}});
  }
  return all;
}

ordered_json day_json(const history::FleetDay& day) {
  const history::ScanHeadline& sum = day.totals;
  return {{"day", base::iso_time(sum.started_at).substr(0, 10)},
          {"sites", day.sites},
          {"reporting", day.reporting},
          {"discovered", sum.discovered},
          {"assessed", sum.assessed()},
          {"counts", fleet_counts_json(sum.enforced, sum.not_enforced, sum.not_exposed, sum.unknown)},
          {"mitigated", sum.mitigated}};
}

}  // namespace

void write_fleet_json(std::ostream& out, const FleetStatus& fleet) {
  ordered_json sites = ordered_json::array();
  for (std::size_t i = 0; i < fleet.sites.size(); ++i) sites.push_back(site_with_counts_json(fleet, i));
  JsonArrayWriter cas(out,
                      {{"schema_version", schema_version},
                       {"now", text_or_null(base::iso_time(fleet.now))},
                       {"stale_after_seconds", std::chrono::floor<std::chrono::seconds>(fleet.stale_after).count()},
                       {"totals", totals_json(fleet.totals)},
                       {"sites", std::move(sites)}},
                      "cas");
  for (const history::FleetCa& ca : fleet.cas) cas.add(fleet_ca_json(fleet, ca));
  cas.finish();
}

void write_sites_json(std::ostream& out, const FleetStatus& fleet) {
  ordered_json sites = ordered_json::array();
  for (std::size_t i = 0; i < fleet.sites.size(); ++i) sites.push_back(site_json(fleet, i));
  write_json(out, {{"schema_version", schema_version},
                   {"now", text_or_null(base::iso_time(fleet.now))},
                   {"stale_after_seconds", std::chrono::floor<std::chrono::seconds>(fleet.stale_after).count()},
                   {"sites", std::move(sites)}});
}

void write_fleet_trend_json(std::ostream& out, std::span<const history::FleetDay> days,
                            std::span<const history::SiteTrend> sites, std::optional<base::Instant> since,
                            base::Instant now) {
  ordered_json all = ordered_json::array();
  for (const history::FleetDay& day : days) all.push_back(day_json(day));
  write_json(out, {{"schema_version", schema_version},
                   {"now", text_or_null(base::iso_time(now))},
                   {"since", instant_or_null(since)},
                   {"sites", trend_sites_json(sites)},
                   {"days", std::move(all)}});
}

void write_fleet_changes_json(std::ostream& out, std::span<const history::FleetEvent> events,
                              std::span<const history::SiteTrend> sites, const FleetStatus& fleet,
                              std::optional<base::Instant> since) {
  ordered_json disagreeing = ordered_json::array();
  for (const history::FleetCa& ca : fleet.cas) {
    if (ca.disagreement) disagreeing.push_back(fleet_ca_json(fleet, ca));
  }
  JsonArrayWriter all(out,
                      {{"schema_version", schema_version},
                       {"now", text_or_null(base::iso_time(fleet.now))},
                       {"since", instant_or_null(since)},
                       {"sites", trend_sites_json(sites)},
                       {"disagreements", std::move(disagreeing)}},
                      "events");
  for (const history::FleetEvent& event : events) {
    ordered_json json{{"site", text_or_null(sites[event.site].site.name)}};
    json.update(event_json(event.event));
    all.add(json);
  }
  all.finish();
}

}  // namespace casweep::report
