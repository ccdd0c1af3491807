// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/fleet.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/history_testing.h"

namespace casweep::history {

using namespace test;
using namespace std::chrono_literals;

namespace {

using assess::Verdict;

constexpr std::chrono::sys_days monday = std::chrono::year{2026} / 11 / 23;
constexpr base::Instant now = monday + std::chrono::days{7} + 12h;

CaSummary fleet_ca(std::uint8_t number, Verdict verdict, base::Instant read_at) {
  CaSummary ca{.object_guid = guid(number)};
  ca.identity.common_name = "CA " + std::to_string(number);
  ca.last = Answer{.scan = 1, .read_at = read_at, .judged = {.verdict = verdict}};
  if (verdict != Verdict::unknown) ca.known = ca.last;
  ca.status = status_at(verdict, nullptr, now);
  return ca;
}

SiteRecord site_with(std::string name, base::Instant ended, std::vector<CaSummary> cas) {
  SiteRecord site{.site = {.name = std::move(name)}};
  site.forest.scan = ScanMoment{.scan = 1, .at = ended - 1min, .ended = ended};
  site.forest.cas = std::move(cas);
  site.forest.now = now;
  return site;
}

std::vector<std::string> names_of(const FleetStatus& fleet) {
  std::vector<std::string> names;
  for (const SiteRecord& site : fleet.sites) names.push_back(site.site.name);
  return names;
}

TEST(SiteState, IsStaleAfterItsInterval) {
  EXPECT_EQ(state_of(site_with("a", now - 48h, {}), now, 48h), SiteState::current);
  EXPECT_EQ(state_of(site_with("a", now - 48h - 1ms, {}), now, 48h), SiteState::stale);
}

TEST(SiteState, IsNotCurrentWithoutACompleteScan) {
  EXPECT_EQ(state_of({.site = {.name = "a"}}, now, 48h), SiteState::no_complete_scan);
  EXPECT_EQ(state_of({.site = {.name = "a"}, .problem = "No history at a."}, now, 48h), SiteState::unreadable);
}

/// Otherwise a clock that was a year ahead would keep a site current for a year.
TEST(SiteState, IsNotCurrentWithAScanInTheFuture) {
  EXPECT_EQ(state_of(site_with("a", now + 5min, {}), now, 48h), SiteState::current);
  EXPECT_EQ(state_of(site_with("a", now + 6min, {}), now, 48h), SiteState::clock_ahead);
}

TEST(SiteState, OfAnyDateHasOne) {
  EXPECT_EQ(state_of(site_with("a", base::Instant::min() + 2min, {}), now, 48h), SiteState::stale);
  EXPECT_EQ(state_of(site_with("a", base::Instant::max(), {}), now, 48h), SiteState::clock_ahead);
}

SiteRecord revoked_site(std::string name, std::vector<CaSummary> cas) {
  auto site = site_with(std::move(name), now - 1h, std::move(cas));
  site.revoked_at = now - 30min;
  return site;
}

TEST(SiteState, IsNotCurrentOnceItIsRevoked) {
  EXPECT_EQ(state_of(revoked_site("a", {}), now, 48h), SiteState::revoked);
  auto unreadable = revoked_site("a", {});
  unreadable.problem = "Its history cannot be read.";
  EXPECT_EQ(state_of(unreadable, now, 48h), SiteState::unreadable);
}

TEST(FleetStatus, ShowsFirstWhatIsNotCurrent) {
  const auto fresh = now - 1h;
  const FleetStatus fleet = fleet_status({site_with("quiet", fresh, {fleet_ca(1, Verdict::enforced, fresh)}),
                                          site_with("open", fresh, {fleet_ca(2, Verdict::not_enforced, fresh)}),
                                          site_with("stale", now - 72h, {}),
                                          {.site = {.name = "empty"}},
                                          {.site = {.name = "gone"}, .problem = "No history at gone."},
                                          site_with("future", now + 24h, {})},
                                         now, 48h);
  EXPECT_EQ(names_of(fleet), (std::vector<std::string>{"gone", "empty", "future", "stale", "open", "quiet"}));
  EXPECT_EQ(fleet.count(SiteState::current), 2U);
}

TEST(FleetStatus, NeverCountsAStaleSiteAsFine) {
  const auto old = now - 72h;
  const FleetStatus fleet =
      fleet_status({site_with("stale", old,
                              {fleet_ca(1, Verdict::enforced, old), fleet_ca(2, Verdict::not_exposed, old),
                               fleet_ca(3, Verdict::not_enforced, old), fleet_ca(4, Verdict::unknown, old)})},
                   now, 48h);
  EXPECT_EQ(fleet.totals.compliant(), 0U);
  EXPECT_EQ(fleet.totals.outdated, 2U);
  EXPECT_EQ(fleet.totals.not_enforced, 1U);
  EXPECT_EQ(fleet.totals.unknown, 1U);
  EXPECT_EQ(fleet.totals.action, 2U);
}

/// A site may have been revoked because its answers are false.
TEST(FleetStatus, NeverCountsARevokedSiteAsFine) {
  const auto read = now - 1h;
  const auto revoked =
      revoked_site("revoked", {fleet_ca(1, Verdict::enforced, read), fleet_ca(2, Verdict::not_enforced, read)});
  const FleetStatus alone = fleet_status({revoked}, now, 48h);
  EXPECT_EQ(alone.totals.compliant(), 0U);
  EXPECT_EQ(alone.totals.outdated, 1U);
  EXPECT_EQ(alone.totals.not_enforced, 1U);
  EXPECT_FALSE(alone.is_verified());

  const auto current =
      site_with("new", now - 2h, {fleet_ca(1, Verdict::not_enforced, read), fleet_ca(2, Verdict::enforced, read)});
  const FleetStatus replaced = fleet_status({revoked, current}, now, 48h);
  EXPECT_EQ(replaced.totals.outdated, 0U);
  EXPECT_EQ(replaced.totals.enforced, 1U);
  EXPECT_EQ(replaced.totals.not_enforced, 1U);
  EXPECT_EQ(names_of(replaced), (std::vector<std::string>{"revoked", "new"}));
  EXPECT_FALSE(replaced.is_verified()) << "no current site is known to see that forest";
  auto of_forest = std::pair(revoked, current);
  of_forest.first.forest.forest = "corp.example";
  of_forest.second.forest.forest = "Corp.example";
  EXPECT_TRUE(fleet_status({of_forest.first, of_forest.second}, now, 48h).is_verified())
      << "a site that was replaced does not fail every later run";
}

TEST(FleetStatus, IsNotVerifiedIfNoCurrentSiteSeesTheForestOfARevokedOne) {
  auto revoked = revoked_site("revoked", {});
  revoked.forest.forest = "corp.example";
  auto other = site_with("other", now - 1h, {fleet_ca(1, Verdict::enforced, now - 1h)});
  other.forest.forest = "other.example";
  EXPECT_FALSE(fleet_status({revoked, other}, now, 48h).is_verified());
}

TEST(FleetStatus, ARevokedSiteDisagreesWithNobodyAndHidesNothing) {
  const auto liar = revoked_site("revoked", {fleet_ca(1, Verdict::enforced, now - 1h)});
  const auto stale = site_with("stale", now - 72h, {fleet_ca(1, Verdict::not_enforced, now - 72h)});
  const auto current = site_with("current", now - 2h, {fleet_ca(1, Verdict::unknown, now - 2h)});
  EXPECT_EQ(fleet_status({liar, stale, current}, now, 48h).totals.not_enforced, 1U);
  const auto knows = site_with("current", now - 2h, {fleet_ca(1, Verdict::not_enforced, now - 2h)});
  EXPECT_FALSE(fleet_status({liar, knows}, now, 48h).cas[0].disagreement);
}

TEST(FleetStatus, IsNotVerifiedWithAStaleSite) {
  const auto current = site_with("a", now - 1h, {fleet_ca(1, Verdict::enforced, now - 1h)});
  EXPECT_TRUE(fleet_status({current}, now, 48h).is_verified());
  const auto stale = site_with("b", now - 72h, {fleet_ca(1, Verdict::enforced, now - 72h)});
  EXPECT_FALSE(fleet_status({current, stale}, now, 48h).is_verified());
}

/// A site may be wrong, or lie, about a CA of another.
TEST(FleetStatus, NotEnforcedCountsIfCurrentSitesDisagree) {
  const FleetStatus fleet = fleet_status({site_with("a", now - 2h, {fleet_ca(1, Verdict::not_enforced, now - 2h)}),
                                          site_with("b", now - 1h, {fleet_ca(1, Verdict::enforced, now - 1h)})},
                                         now, 48h);
  ASSERT_EQ(fleet.cas.size(), 1U);
  EXPECT_EQ(fleet.totals.cas, 1U);
  EXPECT_EQ(fleet.totals.not_enforced, 1U);
  EXPECT_EQ(fleet.cas[0].all.size(), 2U);
  EXPECT_TRUE(fleet.cas[0].disagreement);
}

TEST(FleetStatus, AnExceptionOfOneSiteDoesNotCoverTheCaOfAnother) {
  auto excepted = fleet_ca(1, Verdict::not_enforced, now - 1h);
  excepted.decisions = {
      {.object_guid = guid(1), .status = Status::risk_accepted, .until = now + 24h, .set_at = now - 24h}};
  excepted.status = Status::risk_accepted;
  const FleetStatus fleet = fleet_status(
      {site_with("a", now - 2h, {fleet_ca(1, Verdict::not_enforced, now - 2h)}), site_with("b", now - 1h, {excepted})},
      now, 48h);
  EXPECT_EQ(fleet.totals.action, 1U);
  EXPECT_EQ(fleet.totals.covered, 0U);
}

TEST(FleetStatus, AnAnswerIsNoNewerThanItsScan) {
  const FleetStatus fleet = fleet_status({site_with("a", now - 2h, {fleet_ca(1, Verdict::enforced, now - 2h)}),
                                          site_with("b", now - 20h, {fleet_ca(1, Verdict::not_exposed, now + 9000h)})},
                                         now, 48h);
  EXPECT_EQ(fleet.totals.enforced, 1U);
}

TEST(FleetStatus, PrefersAKnownVerdictToANewerUnknown) {
  const FleetStatus fleet = fleet_status({site_with("a", now - 2h, {fleet_ca(1, Verdict::enforced, now - 2h)}),
                                          site_with("b", now - 1h, {fleet_ca(1, Verdict::unknown, now - 1h)})},
                                         now, 48h);
  EXPECT_EQ(fleet.totals.enforced, 1U);
  EXPECT_FALSE(fleet.cas[0].disagreement);
}

TEST(FleetStatus, TakesNoVerdictOfAStaleSiteForACurrentUnknown) {
  const FleetStatus fleet = fleet_status({site_with("a", now - 72h, {fleet_ca(1, Verdict::enforced, now - 72h)}),
                                          site_with("b", now - 1h, {fleet_ca(1, Verdict::unknown, now - 1h)})},
                                         now, 48h);
  EXPECT_EQ(fleet.totals.unknown, 1U);
}

/// Bad news of a stale site stays until somebody knows better.
TEST(FleetStatus, KeepsNotEnforcedOfAStaleSiteWhileTheOthersKnowNothing) {
  const auto old = site_with("a", now - 72h, {fleet_ca(1, Verdict::not_enforced, now - 72h)});
  const auto unknown = site_with("b", now - 1h, {fleet_ca(1, Verdict::unknown, now - 1h)});
  EXPECT_EQ(fleet_status({old, unknown}, now, 48h).totals.not_enforced, 1U);
  const auto enforced = site_with("b", now - 1h, {fleet_ca(1, Verdict::enforced, now - 1h)});
  EXPECT_EQ(fleet_status({old, enforced}, now, 48h).totals.not_enforced, 0U);
}

TEST(FleetStatus, JudgesExceptionsByTheClockOfTheSite) {
  auto ca = fleet_ca(1, Verdict::not_enforced, now - 1h);
  ca.status = Status::to_address;
  ca.decisions = {{.object_guid = guid(1), .status = Status::risk_accepted, .until = now + 24h, .set_at = now - 24h}};
  auto site = site_with("a", now - 1h, {ca});
  site.forest.now = now + 48h;  // its newest scan is dated later
  const FleetStatus fleet = fleet_status({site}, now, 48h);
  EXPECT_EQ(fleet.totals.action, site.forest.count(Need::action));
}

TEST(FleetStatus, TakesNoVerdictFromTheFutureIfThereIsAnother) {
  const FleetStatus fleet = fleet_status({site_with("a", now + 72h, {fleet_ca(1, Verdict::enforced, now + 72h)}),
                                          site_with("b", now - 72h, {fleet_ca(1, Verdict::not_enforced, now - 72h)})},
                                         now, 48h);
  EXPECT_EQ(fleet.totals.not_enforced, 1U);
}

TEST(FleetStatus, ListsFirstWhatNeedsAPerson) {
  const auto fresh = now - 1h;
  const FleetStatus fleet = fleet_status(
      {site_with("a", fresh, {fleet_ca(1, Verdict::enforced, fresh), fleet_ca(2, Verdict::unknown, fresh)}),
       site_with("b", fresh, {fleet_ca(3, Verdict::not_enforced, fresh)})},
      now, 48h);
  ASSERT_EQ(fleet.cas.size(), 3U);
  EXPECT_EQ(fleet.ca(fleet.cas[0].counts).object_guid, guid(3));
  EXPECT_EQ(fleet.ca(fleet.cas[1].counts).object_guid, guid(2));
  EXPECT_EQ(fleet.ca(fleet.cas[2].counts).object_guid, guid(1));
}

ScanHeadline fleet_scan(base::Instant ended, std::size_t enforced, std::size_t not_enforced, std::string forest,
                        ScanState state = ScanState::complete) {
  return {.id = 1,
          .state = state,
          .started_at = ended - 1min,
          .finished_at = ended,
          .forest = std::move(forest),
          .listed = true,
          .discovered = enforced + not_enforced,
          .enforced = enforced,
          .not_enforced = not_enforced};
}

SiteTrend trend_with(std::string name, std::vector<ScanHeadline> scans) {
  SiteTrend site{.site = {.name = std::move(name)}};
  site.trend.scans = std::move(scans);
  return site;
}

TEST(FleetDays, AddUpTheForests) {
  const std::vector sites{trend_with("a", {fleet_scan(monday + 1h, 2, 1, "a.example")}),
                          trend_with("b", {fleet_scan(monday + 25h, 3, 0, "b.example")})};
  const auto days = fleet_days(sites, {}, monday + 30h, 48h);
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].totals.started_at, monday);
  EXPECT_EQ(days[0].totals.discovered, 3U);
  EXPECT_EQ(days[0].sites, 1U);
  EXPECT_EQ(days[1].totals.discovered, 6U);
  EXPECT_EQ(days[1].totals.enforced, 5U);
  EXPECT_EQ(days[1].reporting, 2U);
}

TEST(FleetDays, CountWhatAStaleSiteFoundCompliantAsUnknown) {
  const std::vector sites{trend_with("a", {fleet_scan(monday + 1h, 2, 1, "a.example")})};
  const auto days = fleet_days(sites, {}, monday + 97h, 48h);
  ASSERT_EQ(days.size(), 5U);
  EXPECT_EQ(days[1].reporting, 1U);
  EXPECT_EQ(days[2].reporting, 0U) << "at the end of that day it is 71 hours old";
  EXPECT_EQ(days[2].sites, 1U);
  EXPECT_EQ(days[2].totals.discovered, 3U);
  EXPECT_EQ(days[2].totals.enforced, 0U);
  EXPECT_EQ(days[2].totals.not_enforced, 1U);
  EXPECT_EQ(days[2].totals.unknown, 2U);
}

TEST(FleetDays, CountNothingOfARevokedSiteAsCompliant) {
  auto liar = trend_with("liar", {fleet_scan(monday + 3h, 3, 0, "a.example")});
  liar.revoked_at = monday + 25h;
  const auto alone = fleet_days(std::vector{liar}, {}, monday + 30h, 48h);
  ASSERT_EQ(alone.size(), 2U);
  EXPECT_EQ(alone[0].totals.enforced, 3U) << "it was not revoked then";
  EXPECT_EQ(alone[1].totals.enforced, 0U);
  EXPECT_EQ(alone[1].totals.unknown, 3U);
  EXPECT_EQ(alone[1].reporting, 0U);
  const std::vector both{liar, trend_with("honest", {fleet_scan(monday + 2h, 2, 1, "a.example")})};
  EXPECT_EQ(fleet_days(both, {}, monday + 30h, 48h)[1].totals.not_enforced, 1U) << "of the older scan";
}

TEST(FleetDays, CountAForestOnceIfTwoSitesSeeIt) {
  const std::vector sites{trend_with("a", {fleet_scan(monday + 2h, 2, 1, "CORP.example")}),
                          trend_with("b", {fleet_scan(monday + 1h, 1, 1, "corp.example")})};
  const auto days = fleet_days(sites, {}, monday + 3h, 48h);
  ASSERT_EQ(days.size(), 1U);
  EXPECT_EQ(days[0].totals.discovered, 3U) << "of the newer scan";
  EXPECT_EQ(days[0].reporting, 2U);
}

TEST(FleetDays, CountOnlyScansOfWholeForests) {
  const std::vector sites{trend_with("a", {fleet_scan(monday + 1h, 5, 0, "a.example"),
                                           fleet_scan(monday + 2h, 1, 0, "a.example", ScanState::partial)})};
  const auto days = fleet_days(sites, {}, monday + 3h, 48h);
  ASSERT_EQ(days.size(), 1U);
  EXPECT_EQ(days[0].totals.discovered, 5U);
}

TEST(FleetDays, BeginWithTheFirstScanOrLater) {
  const std::vector sites{trend_with("a", {fleet_scan(monday + 1h, 5, 0, "a.example")})};
  const auto days = fleet_days(sites, monday + 26h, monday + 27h, 48h);
  ASSERT_EQ(days.size(), 1U);
  EXPECT_EQ(days[0].totals.started_at, monday + 24h);
  EXPECT_EQ(days[0].totals.discovered, 5U) << "the scan of the day before still counts";
}

/// A file may hold any date.
TEST(FleetDays, AreBounded) {
  const std::vector sites{trend_with("a", {fleet_scan(base::Instant::min() + 2min, 5, 0, "a.example"),
                                           fleet_scan(base::Instant::max(), 5, 0, "a.example")})};
  EXPECT_LE(fleet_days(sites, {}, monday, 48h).size(), 36526U);
}

TEST(FleetEvents, AreInTheOrderOfTime) {
  auto a = trend_with("a", {});
  auto b = trend_with("b", {});
  a.trend.events = {{.at = monday + 1h, .object_guid = guid(1)}, {.at = monday + 3h, .object_guid = guid(1)}};
  b.trend.events = {{.at = monday + 2h, .object_guid = guid(2)}};
  const std::vector sites{a, b};
  const auto events = fleet_events(sites, monday + 2h);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].site, 1U);
  EXPECT_EQ(events[1].site, 0U);
}

}  // namespace
}  // namespace casweep::history
