// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/fleet.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/ascii_case.h"
#include "base/words.h"

namespace casweep::history {
namespace {

using assess::Verdict;

constexpr auto site_state_words = base::words<SiteState>({
    {SiteState::unreadable, "unreadable"},
    {SiteState::no_complete_scan, "no-complete-scan"},
    {SiteState::clock_ahead, "clock-ahead"},
    {SiteState::stale, "stale"},
    {SiteState::revoked, "revoked"},
    {SiteState::current, "current"},
});

/// A history may hold any date.
constexpr std::chrono::days longest_trend{36525};

base::Instant end_of_scan(const ScanHeadline& scan) { return scan.finished_at.value_or(scan.started_at); }

/// The later of two answers is the greater; one from the future, or of a revoked site, is the least. A site can give an
/// answer any date, but no later one than that of its scan.
std::pair<bool, base::Instant> age_of(const FleetStatus& fleet, const CaAtSite& place) {
  const auto& answer = fleet.ca(place).last;
  const auto reported = last_report(fleet.sites[place.site]);
  if (!answer || !reported) return {false, base::Instant::min()};
  const SiteState state = fleet.states[place.site];
  return {state != SiteState::clock_ahead && state != SiteState::revoked, std::min(answer->read_at, *reported)};
}

/// FleetCa::counts of `places`, of which there is at least one. A site can be wrong or lie about a CA that is another's
/// as well, so what needs action counts before what does not.
CaAtSite place_that_counts(const FleetStatus& fleet, const std::vector<CaAtSite>& places) {
  const auto order_of = [&](const CaAtSite& place) {
    const bool action = need_of(fleet.ca(place), fleet.now_at(place)) == Need::action;
    return std::tuple(action, age_of(fleet, place));
  };
  const auto best_of = [&](const auto& wanted) -> const CaAtSite* {
    const CaAtSite* best = nullptr;
    for (const CaAtSite& place : places) {
      if (wanted(place) && (best == nullptr || order_of(*best) < order_of(place))) best = &place;
    }
    return best;
  };
  const auto is_current = [&](const CaAtSite& place) { return fleet.states[place.site] == SiteState::current; };
  const auto verdict_of = [&](const CaAtSite& place) { return fleet.ca(place).verdict(); };
  const auto any = [](const CaAtSite&) { return true; };
  const CaAtSite* found =
      best_of([&](const CaAtSite& place) { return is_current(place) && verdict_of(place) == Verdict::not_enforced; });
  if (found == nullptr) {
    found =
        best_of([&](const CaAtSite& place) { return is_current(place) && assess::is_compliant(verdict_of(place)); });
  }
  if (found == nullptr) {
    const auto newest = std::ranges::max_element(places, {}, [&](const CaAtSite& place) {
      return std::pair(verdict_of(place) != Verdict::unknown, age_of(fleet, place));
    });
    if (verdict_of(*newest) == Verdict::not_enforced) found = &*newest;
  }
  if (found == nullptr) found = best_of(is_current);
  if (found == nullptr) found = best_of([&](const CaAtSite& place) { return verdict_of(place) != Verdict::unknown; });
  return found != nullptr ? *found : *best_of(any);
}

/// What a revoked site found is ignored.
bool disagree(const FleetStatus& fleet, const std::vector<CaAtSite>& places) {
  std::optional<Verdict> known;
  return std::ranges::any_of(places, [&](const CaAtSite& place) {
    const auto& answer = fleet.ca(place).known;
    if (!answer || fleet.states[place.site] == SiteState::revoked) return false;
    return std::exchange(known, answer->judged.verdict).value_or(answer->judged.verdict) != answer->judged.verdict;
  });
}

std::vector<FleetCa> cas_of(const FleetStatus& fleet) {
  std::map<base::ObjectGuid, std::vector<CaAtSite>> places;
  for (std::size_t site = 0; site < fleet.sites.size(); ++site) {
    const auto& cas = fleet.sites[site].forest.cas;
    for (std::size_t ca = 0; ca < cas.size(); ++ca) places[cas[ca].object_guid].push_back({site, ca});
  }
  std::vector<FleetCa> all;
  for (auto& [object_guid, at] : places) {
    const CaAtSite counts = place_that_counts(fleet, at);
    const bool disagreement = disagree(fleet, at);
    all.push_back({.counts = counts, .all = std::move(at), .disagreement = disagreement});
  }
  return all;
}

/// What needs a person first.
int rank_of(const FleetStatus& fleet, const FleetCa& place) {
  const CaSummary& ca = fleet.ca(place.counts);
  const bool action = fleet.need(place) == Need::action;
  if (action && counts_as_not_enforced(ca.verdict(), ca)) return 0;
  if (action) return 1;
  if (place.disagreement) return 2;
  if (!assess::is_compliant(ca.verdict())) return 3;
  return fleet.is_current(place) ? 5 : 4;
}

/// The rank of each CA is found once, not at each comparison.
void sort_by_rank(FleetStatus& fleet) {
  std::vector<std::tuple<int, std::string_view, std::size_t>> order;
  for (std::size_t i = 0; i < fleet.cas.size(); ++i) {
    order.emplace_back(rank_of(fleet, fleet.cas[i]), name_of(fleet.ca(fleet.cas[i].counts).identity), i);
  }
  std::ranges::sort(order);
  std::vector<FleetCa> sorted;
  for (const auto& place : order) sorted.push_back(std::move(fleet.cas[std::get<2>(place)]));
  fleet.cas = std::move(sorted);
}

FleetTotals totals_of(const FleetStatus& fleet) {
  FleetTotals totals{.cas = fleet.cas.size()};
  for (const FleetCa& place : fleet.cas) {
    const CaSummary& ca = fleet.ca(place.counts);
    if (assess::is_compliant(ca.verdict()) && !fleet.is_current(place)) {
      ++totals.outdated;
    } else {
      switch (ca.verdict()) {
        case Verdict::enforced:
          ++totals.enforced;
          break;
        case Verdict::not_exposed:
          ++totals.not_exposed;
          break;
        case Verdict::not_enforced:
          ++totals.not_enforced;
          break;
        case Verdict::unknown:
          ++totals.unknown;
      }
    }
    const Need need = fleet.need(place);
    totals.action += need == Need::action ? 1 : 0;
    totals.planned += need == Need::planned ? 1 : 0;
    totals.covered += need == Need::covered ? 1 : 0;
    totals.regressed += ca.story.regressed ? 1 : 0;
  }
  return totals;
}

/// What distinguishes the forest of a site from others. A site that cannot be recognised is a forest of its own.
std::string forest_key(const Site& site, const std::optional<discovery::RootDomain>& root_domain, std::string name) {
  if (root_domain) return "guid " + root_domain->object_guid.to_string();
  if (name.empty()) return "site " + site.name;
  std::ranges::transform(name, name.begin(), base::ascii_lower);
  return "name " + name;
}

std::string forest_key(const SiteTrend& site) {
  const auto& scans = site.trend.scans;
  const auto named = std::find_if(scans.rbegin(), scans.rend(), [](const auto& scan) { return !scan.forest.empty(); });
  return forest_key(site.site, site.root_domain, named != scans.rend() ? named->forest : "");
}

std::string forest_key(const SiteRecord& site) { return forest_key(site.site, site.root_domain, site.forest.forest); }

void add_to(ScanHeadline& sum, const ScanHeadline& scan, bool stale) {
  sum.discovered += scan.discovered;
  sum.not_enforced += scan.not_enforced;
  if (stale) {
    sum.unknown += scan.discovered - std::min(scan.discovered, scan.not_enforced);
    return;
  }
  sum.enforced += scan.enforced;
  sum.not_exposed += scan.not_exposed;
  sum.unknown += scan.unknown;
  sum.mitigated += scan.mitigated;
  sum.mitigated_unknown += scan.mitigated_unknown;
}

/// The complete scans of a site, by their ends, and how far a walk through the days has come.
struct SiteWalk {
  std::string forest;
  std::optional<base::Instant> revoked_at{};
  std::vector<const ScanHeadline*> complete{};
  std::size_t next = 0;  ///< the first scan that has not ended yet

  [[nodiscard]] const ScanHeadline* last() const { return next == 0 ? nullptr : complete[next - 1]; }
};

std::vector<SiteWalk> walks_of(std::span<const SiteTrend> sites) {
  std::vector<SiteWalk> walks;
  for (const SiteTrend& site : sites) {
    SiteWalk walk{.forest = forest_key(site), .revoked_at = site.revoked_at};
    for (const ScanHeadline& scan : site.trend.scans) {
      if (scan.speaks_of_forest()) walk.complete.push_back(&scan);
    }
    std::ranges::stable_sort(walk.complete, {}, [](const ScanHeadline* scan) { return end_of_scan(*scan); });
    if (!walk.complete.empty()) walks.push_back(std::move(walk));
  }
  return walks;
}

}  // namespace

std::span<const SiteState> all_site_states() { return site_state_words.keys(); }
std::string_view word_of(SiteState state) { return site_state_words.word_of(state); }

base::Instant moment_of_decisions(std::optional<base::Instant> newest, base::Instant now) {
  if (!newest || *newest <= now) return now;
  return std::min(*newest, base::Instant::max() - std::chrono::milliseconds{1}) + std::chrono::milliseconds{1};
}

std::optional<base::Instant> last_report(const SiteRecord& site) {
  if (!site.forest.scan) return std::nullopt;
  return std::max(site.forest.scan->at, site.forest.scan->ended);
}

SiteState state_of(const SiteRecord& site, base::Instant now, std::chrono::milliseconds stale_after) {
  if (!site.problem.empty()) return SiteState::unreadable;
  if (site.revoked_at) return SiteState::revoked;
  const auto reported = last_report(site);
  if (!reported) return SiteState::no_complete_scan;
  if (*reported > now + clock_tolerance) return SiteState::clock_ahead;
  return *reported < now - stale_after ? SiteState::stale : SiteState::current;
}

bool FleetStatus::needs_person(const FleetCa& ca) const {
  const Need needed = need(ca);
  return needed == Need::action || needed == Need::planned || ca.disagreement;
}

std::size_t FleetStatus::count(SiteState state) const {
  return static_cast<std::size_t>(std::ranges::count(states, state));
}

bool FleetStatus::is_covered(std::size_t site) const {
  const std::string forest = forest_key(sites[site]);
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (states[i] == SiteState::current && forest_key(sites[i]) == forest) return true;
  }
  return false;
}

bool FleetStatus::is_verified() const {
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (states[i] != SiteState::current && (states[i] != SiteState::revoked || !is_covered(i))) return false;
  }
  return totals.outdated == 0;
}

FleetStatus fleet_status(std::vector<SiteRecord> sites, base::Instant now, std::chrono::milliseconds stale_after) {
  FleetStatus fleet{.now = now, .stale_after = stale_after, .sites = std::move(sites)};
  std::ranges::stable_sort(fleet.sites, {}, [&](const SiteRecord& site) {
    const bool quiet = site.forest.count(Need::action) == 0;
    return std::tuple(state_of(site, now, stale_after), quiet, site.site.name);
  });
  for (const SiteRecord& site : fleet.sites) fleet.states.push_back(state_of(site, now, stale_after));
  fleet.cas = cas_of(fleet);
  sort_by_rank(fleet);
  fleet.totals = totals_of(fleet);
  return fleet;
}

std::vector<FleetDay> fleet_days(std::span<const SiteTrend> sites, std::optional<base::Instant> since,
                                 base::Instant now, std::chrono::milliseconds stale_after) {
  using std::chrono::days;
  auto walks = walks_of(sites);
  std::vector<FleetDay> all;
  if (walks.empty()) return all;
  auto first = base::Instant::max();
  for (const SiteWalk& walk : walks) first = std::min(first, end_of_scan(*walk.complete.front()));
  first = std::max({first, since.value_or(first), now - longest_trend});
  for (auto day = std::chrono::floor<days>(first); day <= now; day += days{1}) {
    const base::Instant end = std::min<base::Instant>(day + days{1} - std::chrono::milliseconds{1}, now);
    const auto is_revoked = [&](const SiteWalk& walk) { return walk.revoked_at && *walk.revoked_at <= end; };
    const auto is_stale = [&](const SiteWalk& walk) {
      return is_revoked(walk) || end_of_scan(*walk.last()) < end - stale_after;
    };
    FleetDay of_day{.totals = {.state = ScanState::complete, .started_at = day, .listed = true}};
    std::map<std::string_view, const SiteWalk*> forests;
    for (SiteWalk& walk : walks) {
      while (walk.next < walk.complete.size() && end_of_scan(*walk.complete[walk.next]) <= end) ++walk.next;
      if (walk.last() == nullptr) continue;
      ++of_day.sites;
      if (!is_stale(walk)) ++of_day.reporting;
      const auto order_of = [&](const SiteWalk& one) { return std::pair(!is_revoked(one), end_of_scan(*one.last())); };
      const SiteWalk*& counts = forests[walk.forest];
      if (counts == nullptr || order_of(*counts) < order_of(walk)) counts = &walk;
    }
    for (const auto& [forest, walk] : forests) add_to(of_day.totals, *walk->last(), is_stale(*walk));
    if (of_day.sites > 0) all.push_back(of_day);
  }
  return all;
}

std::vector<FleetEvent> fleet_events(std::span<const SiteTrend> sites, std::optional<base::Instant> since) {
  std::vector<FleetEvent> all;
  for (std::size_t site = 0; site < sites.size(); ++site) {
    for (const Event& event : sites[site].trend.events) {
      if (!since || event.at >= *since) all.push_back({site, event});
    }
  }
  std::ranges::stable_sort(all, {}, [](const FleetEvent& event) { return event.event.at; });
  return all;
}

}  // namespace casweep::history
