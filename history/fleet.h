// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "discovery/root_domain.h"
#include "history/ca_summary.h"
#include "history/ledger.h"
#include "history/trend.h"

namespace casweep::history {

/// One history among several: one forest, seen by one collector.
struct Site {
  std::string name;      ///< unique in its fleet
  std::string id{};      ///< site_id_of(); empty: not known
  std::string source{};  ///< where its history is, such as a file name
};

/// What a source of histories has about a site.
struct SiteRecord {
  Site site;
  std::string problem{};                               ///< why its history cannot be read; empty: it was read
  ForestStatus forest{};                               ///< empty if there is a problem, as all that follows
  std::optional<discovery::RootDomain> root_domain{};  ///< nullopt: no listing has one
  std::optional<ScanHeadline> newest{};                ///< the newest scan that has ended; nullopt: none
  LedgerHead head{};
  std::optional<base::Instant> revoked_at{};  ///< since when a hub takes nothing from it; nullopt: it does, or is none
};

/// The scans and events of a site.
struct SiteTrend {
  Site site;
  std::string problem{};  ///< as in SiteRecord
  std::optional<discovery::RootDomain> root_domain{};
  Trend trend{};
  std::optional<base::Instant> revoked_at{};  ///< as in SiteRecord
};

/// Where the histories of a fleet are: files, or a database that holds copies of them.
class FleetSource {
 public:
  FleetSource() = default;
  FleetSource(const FleetSource&) = delete;
  FleetSource& operator=(const FleetSource&) = delete;
  virtual ~FleetSource() = default;

  /// Each site as it is at `now`. A site that cannot be read has a problem, and the others are returned all the same.
  [[nodiscard]] virtual std::vector<SiteRecord> sites(base::Instant now) = 0;

  /// The same sites over time: the scans since then and, of each site, the last complete one before; the events since
  /// then.
  [[nodiscard]] virtual std::vector<SiteTrend> trends(std::optional<base::Instant> since, base::Instant now) = 0;
};

/// Whether what a site last reported can be relied on. The worst first.
enum class SiteState {
  unreadable,        ///< its history cannot be read
  no_complete_scan,  ///< it never covered its forest
  clock_ahead,       ///< its last complete scan is in the future: how old it is cannot be said
  stale,             ///< its last complete scan is older than expected
  revoked,           ///< a hub takes nothing from it any more: it was retired, or is not trusted
  current,
};

/// Stable words: "no-complete-scan".
[[nodiscard]] std::span<const SiteState> all_site_states();
[[nodiscard]] std::string_view word_of(SiteState state);

/// How far in the future a scan may be before a clock counts as wrong, as in Kerberos (RFC 4120, 8.2).
inline constexpr std::chrono::minutes clock_tolerance{5};

/// A scan a day, and one that was missed.
inline constexpr std::chrono::hours default_stale_after{48};

/// The moment at which the decisions of a history are judged. An exception that a later scan would find expired has
/// expired: a clock that was set back revives none. `newest` is the latest moment of its scans.
[[nodiscard]] base::Instant moment_of_decisions(std::optional<base::Instant> newest, base::Instant now);

/// When the last complete scan of the site ended; nullopt: there is none.
[[nodiscard]] std::optional<base::Instant> last_report(const SiteRecord& site);

[[nodiscard]] SiteState state_of(const SiteRecord& site, base::Instant now, std::chrono::milliseconds stale_after);

/// A CA in a site of FleetStatus: `sites[site].forest.cas[ca]`.
struct CaAtSite {
  std::size_t site = 0;
  std::size_t ca = 0;

  bool operator==(const CaAtSite&) const = default;
};

/// A CA of the fleet. Several sites may see the same forest.
struct FleetCa {
  /// Where it is as it counts: at a current site that found it not enforced, otherwise at the current site with its
  /// newest known verdict. If no current site knows one, where it was not enforced when last known or, failing that, at
  /// a current site that lists it. Of several such sites, one where it needs action comes first.
  CaAtSite counts;
  std::vector<CaAtSite> all{};  ///< where it is listed, `counts` among them; in the order of the sites
  bool disagreement = false;    ///< the last known verdicts of two sites differ
};

/// All CAs of a fleet, each counted once.
struct FleetTotals {
  std::size_t cas = 0;
  std::size_t enforced = 0;
  std::size_t not_exposed = 0;
  std::size_t not_enforced = 0;  ///< also if only a site that is not current says so
  std::size_t unknown = 0;
  std::size_t outdated = 0;  ///< were compliant when a site last saw them that is not current: nothing verifies it now
  std::size_t action = 0;    ///< need action, of all of the above
  std::size_t planned = 0;
  std::size_t covered = 0;    ///< by exceptions
  std::size_t regressed = 0;  ///< were compliant, and were not when last known

  [[nodiscard]] std::size_t compliant() const { return enforced + not_exposed; }
};

/// Several histories in one view.
struct FleetStatus {
  base::Instant now{};
  std::chrono::milliseconds stale_after{};
  std::vector<SiteRecord> sites{};  ///< by state, then those with CAs that need action, then by name
  std::vector<SiteState> states{};  ///< of each of `sites`
  std::vector<FleetCa> cas{};       ///< what needs a person first, then by name
  FleetTotals totals{};

  [[nodiscard]] const CaSummary& ca(const CaAtSite& place) const { return sites[place.site].forest.cas[place.ca]; }
  /// The moment at which the decisions of the site are judged: that of `now`, or later if its clock was ahead.
  [[nodiscard]] base::Instant now_at(const CaAtSite& place) const { return sites[place.site].forest.now; }
  /// What the CA needs from a person.
  [[nodiscard]] Need need(const FleetCa& ca) const { return need_of(this->ca(ca.counts), now_at(ca.counts)); }
  /// Whether it needs action, is planned, or sites disagree about it.
  [[nodiscard]] bool needs_person(const FleetCa& ca) const;
  /// Whether the last verdict on the CA is verified: it was read by a site that is current.
  [[nodiscard]] bool is_current(const FleetCa& ca) const { return states[ca.counts.site] == SiteState::current; }
  [[nodiscard]] std::size_t count(SiteState state) const;
  /// Whether each site is current, or was revoked and a current one sees the same forest, and no CA is outdated.
  [[nodiscard]] bool is_verified() const;
  /// Whether a current site sees the forest of the site, which is one of `sites`.
  [[nodiscard]] bool is_covered(std::size_t site) const;
};

/// Pure. A CA is recognised by its objectGUID.
[[nodiscard]] FleetStatus fleet_status(std::vector<SiteRecord> sites, base::Instant now,
                                       std::chrono::milliseconds stale_after);

/// A day of a fleet (UTC).
struct FleetDay {
  std::size_t sites = 0;      ///< that had completed a scan by then
  std::size_t reporting = 0;  ///< of them, those whose last complete scan was not stale
  /// The sum of the last complete scans of all forests by then; `started_at` is the begin of the day, and it has no
  /// number. Of a stale scan, compliant CAs count as unknown.
  ScanHeadline totals{};
};

/// Pure. The days from the first complete scan, or from `since`, to `now`, oldest first. Of a forest that several sites
/// see, the newest scan counts. Once a site was revoked, its scans count as stale, and only if the forest has no other.
[[nodiscard]] std::vector<FleetDay> fleet_days(std::span<const SiteTrend> sites, std::optional<base::Instant> since,
                                               base::Instant now, std::chrono::milliseconds stale_after);

/// An event and the site that saw it.
struct FleetEvent {
  std::size_t site = 0;  ///< its place among the sites
  Event event;
};

/// The events of all sites since then, oldest first.
[[nodiscard]] std::vector<FleetEvent> fleet_events(std::span<const SiteTrend> sites,
                                                   std::optional<base::Instant> since);

}  // namespace casweep::history
