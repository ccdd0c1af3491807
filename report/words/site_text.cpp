// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/site_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "report/words/counts.h"
#include "report/words/dates.h"
#include "report/words/verdict_look.h"

namespace casweep::report {

using history::SiteState;

namespace {

/// How many CAs that the site, `index` among the sites, listed have no verdict of a current site.
std::size_t unverified_cas_of(const history::FleetStatus& fleet, std::size_t index) {
  const auto verified = [&](const history::CaAtSite& place) {
    return fleet.states[place.site] == SiteState::current && fleet.ca(place).verdict() != assess::Verdict::unknown;
  };
  return static_cast<std::size_t>(std::ranges::count_if(fleet.cas, [&](const history::FleetCa& ca) {
    return std::ranges::count(ca.all, index, &history::CaAtSite::site) > 0 && std::ranges::none_of(ca.all, verified);
  }));
}

}  // namespace

SiteLook look_of(SiteState state) {
  switch (state) {
    case SiteState::current:
      return {"current", "✓", "+", "\x1b[32m", "good"};
    case SiteState::stale:
      return {"stale", "!", "!", "\x1b[33m", "bad"};
    case SiteState::revoked:
      return {"revoked", "!", "!", "\x1b[33m", "bad"};
    case SiteState::clock_ahead:
      return {"clock ahead", "!", "!", "\x1b[33m", "bad"};
    case SiteState::no_complete_scan:
      return {"no complete scan", "!", "!", "\x1b[33m", "bad"};
    case SiteState::unreadable:
      break;
  }
  return {"unreadable", "✗", "x", "\x1b[31m", "bad"};
}

std::string last_report_text(const history::SiteRecord& site, base::Instant now) {
  const auto reported = last_report(site);
  if (!reported) return "never";
  // A history may hold any date.
  constexpr std::chrono::days longest{36525};
  return *reported < now - longest ? "long ago"
                                   : ago_text(*reported > now ? std::chrono::milliseconds{-1} : now - *reported);
}

std::string sites_sentence(const history::FleetStatus& fleet) {
  std::vector<std::string> counts;
  for (const SiteState state : {SiteState::current, SiteState::revoked, SiteState::stale, SiteState::clock_ahead,
                                SiteState::no_complete_scan, SiteState::unreadable}) {
    const std::size_t count = fleet.count(state);
    if (count > 0 || state == SiteState::current) {
      counts.push_back(state == SiteState::no_complete_scan ? fmt::format("{} without a complete scan", count)
                       : state == SiteState::clock_ahead    ? fmt::format("{} with a scan in the future", count)
                                                            : fmt::format("{} {}", count, look_of(state).words));
    }
  }
  return fmt::format("{}: {}.", plural(fleet.sites.size(), "site"), fmt::join(counts, ", "));
}

std::string totals_sentence(const history::FleetStatus& fleet) {
  const history::FleetTotals& totals = fleet.totals;
  std::string sentence =
      fmt::format("{}: {} enforced, {} not enforced, {} not exposed, {} unknown", plural(totals.cas, "CA"),
                  totals.enforced, totals.not_enforced, totals.not_exposed, totals.unknown);
  if (totals.outdated > 0) {
    sentence += fmt::format(", {0} outdated. Outdated: compliant when last read, by a site that is not current",
                            totals.outdated);
  }
  return sentence + ".";
}

std::string fleet_needs_sentence(const history::FleetTotals& totals) {
  std::string sentence = needing_action(totals.action);
  if (totals.planned > 0) sentence += fmt::format(", {} planned", totals.planned);
  if (totals.covered > 0) sentence += fmt::format(", {} covered by exceptions", totals.covered);
  return sentence + ".";
}

std::vector<std::string> site_problems(const history::FleetStatus& fleet) {
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < fleet.sites.size(); ++i) {
    const history::SiteRecord& site = fleet.sites[i];
    const std::string& name = site.site.name;
    switch (fleet.states[i]) {
      case SiteState::unreadable:
        problems.push_back(fmt::format("{}: {}", name, site.problem));
        break;
      case SiteState::no_complete_scan:
        problems.push_back(fmt::format("{}: no scan has completed yet; there may be more CAs.", name));
        break;
      case SiteState::clock_ahead:
        problems.push_back(
            fmt::format("{}: its last complete scan is dated {}, in the future; set the clock of that host.", name,
                        short_time(*last_report(site))));
        break;
      case SiteState::stale:
        problems.push_back(fmt::format("{}: the last complete scan ended {}, more than {} ago; check the collector.",
                                       name, short_time(*last_report(site)), duration_text(fleet.stale_after)));
        break;
      case SiteState::revoked:
        if (!fleet.is_covered(i)) {
          problems.push_back(fmt::format("{}: revoked on the hub {}, and no current site sees its forest.", name,
                                         short_time(*site.revoked_at)));
        } else if (const std::size_t unverified = unverified_cas_of(fleet, i); unverified > 0) {
          problems.push_back(
              fmt::format("{}: revoked on the hub {}; no current site knows the verdict of {} that it listed.", name,
                          short_time(*site.revoked_at), plural(unverified, "CA")));
        }
        break;
      case SiteState::current:
        break;
    }
  }
  return problems;
}

std::vector<std::string> copies_of_one_history(const history::FleetStatus& fleet) {
  std::vector<std::string> sentences;
  std::map<std::string, std::string> names;  // by the identity of the history
  for (const history::SiteRecord& site : fleet.sites) {
    if (site.site.id.empty()) continue;
    const auto [same, is_new] = names.emplace(site.site.id, site.site.name);
    if (is_new) continue;
    sentences.push_back(fmt::format("{} and {} are copies of one history.", same->second, site.site.name));
  }
  return sentences;
}

std::vector<std::string> disagreements(const history::FleetStatus& fleet) {
  std::vector<std::string> sentences;
  for (const history::FleetCa& ca : fleet.cas) {
    if (!ca.disagreement) continue;
    std::vector<std::string> known;
    for (const history::CaAtSite& place : ca.all) {
      const auto& answer = fleet.ca(place).known;
      if (!answer) continue;
      known.push_back(fmt::format("{} ({}, {})", look_of(answer->judged.verdict).words,
                                  fleet.sites[place.site].site.name, short_time(answer->read_at)));
    }
    const history::CaSummary& counts = fleet.ca(ca.counts);
    sentences.push_back(fmt::format("{}: {}.", base::name_or_guid(name_of(counts.identity), counts.object_guid),
                                    fmt::join(known, ", ")));
  }
  return sentences;
}

}  // namespace casweep::report
