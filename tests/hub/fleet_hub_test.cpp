// SPDX-License-Identifier: GPL-3.0-or-later
// The fleet on a hub is the same as that of the histories that were published there.
#include "hub/fleet_hub.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sstream>
#include <string>
#include <vector>

#include "history/fleet.h"
#include "hub/administration.h"
#include "store/fleet_files.h"
#include "tests/hub/hub_testing.h"
#include "tests/support/history_testing.h"

namespace casweep::hub {

using namespace test;
namespace {

using ::testing::ElementsAre;
using ::testing::Field;

/// The whole of a value that is compared, as text: a difference is easy to read.
std::string text_of(const std::optional<base::Instant>& instant) {
  return instant ? std::to_string(instant->time_since_epoch().count()) : "-";
}
std::string text_of(const history::ScanMoment& scan) {
  return fmt::format("{}@{}..{}/{}", scan.scan, text_of(scan.at), text_of(scan.ended), text_of(scan.not_before));
}
std::string text_of(const std::optional<history::ScanMoment>& scan) { return scan ? text_of(*scan) : "-"; }
std::string text_of(const std::optional<history::Answer>& answer) {
  if (!answer) return "-";
  return fmt::format("{}@{} {} {} '{}' {}", answer->scan, text_of(answer->read_at), word_of(answer->judged.verdict),
                     word_of(answer->judged.reason), answer->detail,
                     answer->interface_flags ? std::to_string(answer->interface_flags->bits()) : "-");
}
std::string text_of(const history::Event& event) {
  return fmt::format("{} {} {} {} '{}' '{}' '{}' '{}'\n", word_of(event.kind), text_of(event.at),
                     event.scan.value_or(0), event.object_guid.to_string(), event.before, event.after, event.reason,
                     event.identity->common_name);
}
std::string text_of(const history::CaSummary& ca) {
  std::ostringstream text;
  text << ca.object_guid.to_string() << " '" << ca.identity.common_name << "' '" << ca.identity.dns_host_name << "' "
       << ca.identity.certificates.size() << " removed " << text_of(ca.removed) << "\n last " << text_of(ca.last)
       << "\n known " << text_of(ca.known) << "\n since " << text_of(ca.verdict_since()) << " status "
       << word_of(ca.status) << (ca.flapping ? " flapping" : "")
       << (ca.hidden_when_decided ? " hidden-when-decided" : "") << " decisions " << ca.decisions.size()
       << (ca.decision() != nullptr ? " in force" : "") << '\n';
  for (const auto& decision : ca.decisions) text << "  " << decision.reason << ' ' << decision.approver << '\n';
  for (const auto& event : ca.story.events) text << "  " << text_of(event);
  return text.str();
}
std::string text_of(const history::ForestStatus& forest) {
  std::string text = fmt::format("{} scan {} now {}\n", forest.forest, text_of(forest.scan), text_of(forest.now));
  for (const auto& ca : forest.cas) text += text_of(ca);
  text += "removed:\n";
  for (const auto& ca : forest.removed) text += text_of(ca);
  if (!forest.since) return text + "since -\n";
  text += fmt::format("since {} {}\n", forest.since->since, text_of(forest.since->since_at));
  for (const auto& change : forest.since->changes) {
    text += fmt::format("  {} {} '{}' '{}' {} {}\n", word_of(change.kind), change.object_guid.to_string(),
                        change.before, change.after, change.last_known ? word_of(*change.last_known) : "-",
                        change.reason ? word_of(*change.reason) : "-");
  }
  return text;
}
std::string text_of(const history::ScanHeadline& scan) {
  return fmt::format("{} {} {} {}..{} '{}' '{}' {} {} {} {} {} {} {} {}\n", scan.id, scan.uuid, word_of(scan.state),
                     text_of(scan.started_at), text_of(scan.finished_at), scan.forest, scan.failure, scan.listed,
                     scan.discovered, scan.enforced, scan.not_enforced, scan.not_exposed, scan.unknown, scan.mitigated,
                     scan.mitigated_unknown);
}
std::string text_of(const history::SiteRecord& site) {
  return fmt::format("{} {} head {} {} newest {}{}", site.site.id,
                     site.root_domain ? to_string(*site.root_domain) : "-", site.head.seq, site.head.hash,
                     site.newest ? text_of(*site.newest) : "-", text_of(site.forest));
}
std::string text_of(const history::SiteTrend& site) {
  std::string text =
      fmt::format("{} {} since {} now {} remediated {} open {} oldest {}\n", site.site.id,
                  site.root_domain ? to_string(*site.root_domain) : "-", text_of(site.trend.since),
                  text_of(site.trend.now), site.trend.time_to_remediate.remediated, site.trend.time_to_remediate.open,
                  site.trend.time_to_remediate.oldest_open.value_or(std::chrono::milliseconds{-1}).count());
  for (const auto& scan : site.trend.scans) text += text_of(scan);
  for (const auto& event : site.trend.events) text += text_of(event);
  return text;
}

class FleetHubTest : public ::testing::Test {
 protected:
  void SetUp() override { hub_.admin().run("CREATE ROLE fleet_reader LOGIN IN ROLE casweep_reader"); }
  void TearDown() override { hub_.admin().run("DROP ROLE fleet_reader"); }

  /// A history with a scan a day. `story` records each of them.
  struct Scan {
    std::vector<history::Observation> cas;
    history::ScanState state = history::ScanState::complete;
  };
  void record(const std::string& name, const std::vector<Scan>& scans) {
    const auto file = folder_ / name.c_str();
    auto history = store::History::open(file);
    for (const Scan& scan : scans) {
      const auto lock = history.lock_for_scan([](int) {});
      auto start = start_example();
      start.started_at = at(1'790'000'000'123 + day * days_);
      const auto id = history.begin_scan(lock, start);
      if (scan.cas.empty()) {
        history.fail_scan(id, history::ScanState::failed, start.started_at + std::chrono::seconds{3}, "No directory.");
      } else {
        auto cas = scan.cas;
        for (auto& ca : cas) {
          if (!ca.reading) continue;
          ca.reading->started_at = start.started_at + std::chrono::seconds{1};
          ca.reading->finished_at = start.started_at + std::chrono::seconds{2};
        }
        history.finish_scan(id, scan.state, start.started_at + std::chrono::seconds{5}, listing_example(),
                            services_of(cas), cas);
      }
      ++days_;
    }
  }
  void decide(const std::string& name, std::uint8_t ca, history::Status status) {
    store::History::open(folder_ / name.c_str())
        .decide({.object_guid = guid(ca),
                 .status = status,
                 .reason = "Reason \xff",
                 .approver = "Ada",
                 .until = status == history::Status::to_address ? std::nullopt
                                                                : std::optional(now() + std::chrono::days{40}),
                 .set_at = now(),
                 .os_user = "ada"});
  }
  [[nodiscard]] base::Instant now() const { return at(1'790'000'000'123 + day * days_ - day / 2); }

  void publish_all(const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto file = folder_ / names[i].c_str();
      const std::string login = fmt::format("site_{}", i);
      hub_.enroll(file, login);
      hub_.publish(file, login);
      files_.push_back({.name = login, .file = file});
    }
  }

  void expect_same() {
    store::FleetFiles files(files_);
    auto connection = hub_.as("fleet_reader");
    FleetHub fleet(connection);
    const auto here = files.sites(now());
    const auto there = fleet.sites(now());
    ASSERT_EQ(there.size(), here.size());
    for (std::size_t i = 0; i < here.size(); ++i) {
      EXPECT_EQ(there[i].site.name, here[i].site.name);
      EXPECT_EQ(text_of(there[i]), text_of(here[i]));
    }
    for (const auto& since : {std::optional<base::Instant>{}, std::optional{now() - std::chrono::days{5}}}) {
      const auto trends_here = files.trends(since, now());
      const auto trends_there = fleet.trends(since, now());
      for (std::size_t i = 0; i < here.size(); ++i) EXPECT_EQ(text_of(trends_there[i]), text_of(trends_here[i]));
    }
    // Also in one step back, before the last scan: an exception that is in force then.
    const auto earlier = now() - std::chrono::days{2};
    EXPECT_EQ(text_of(fleet.sites(earlier).front()), text_of(files.sites(earlier).front()));
  }

  HubOnServer hub_{shared_server()};
  TestFolder folder_;
  std::vector<store::FleetFile> files_;
  int days_ = 0;
};

TEST_F(FleetHubTest, IsTheSameAsThatOfTheHistories) {
  const auto good = [](std::uint8_t ca) { return enforced_example(ca, fmt::format("CA {}", ca)); };
  const auto bad = [](std::uint8_t ca) { return not_enforced_example(ca, fmt::format("CA {}", ca)); };
  const auto silent = [](std::uint8_t ca, assess::Reason reason = assess::Reason::timed_out) {
    return unknown_example(ca, fmt::format("CA {}", ca), reason);
  };
  auto renamed = good(1);
  renamed.service.common_name = "Other \xff name";
  renamed.service.dns_host_name = "other.corp.example";

  record("a.db", {{{good(1), bad(2), good(3)}}, {{good(1), bad(2), silent(3)}}, {}, {{bad(1), good(2), silent(3)}}});
  decide("a.db", 1, history::Status::third_party);
  decide("a.db", 3, history::Status::risk_accepted);
  record("a.db", {{{renamed, good(2), silent(3)}, history::ScanState::partial},
                  {{bad(1), silent(3)}},
                  {{bad(1), bad(2), silent(3), bad(4)}}});
  decide("a.db", 4, history::Status::alternate_mitigation);
  record("a.db", {{{bad(1), bad(2), silent(3), bad(4)}},
                  {{bad(1), silent(2, assess::Reason::hidden_from_account), silent(3), bad(4)}},
                  {{bad(1), silent(2, assess::Reason::hidden_from_account), silent(3)}}});
  // Flapping, and a decision that is withdrawn.
  record("b.db", {{{good(5)}}, {{bad(5)}}, {{good(5)}}, {{bad(5)}}, {{good(5)}}, {{bad(5)}}});
  decide("b.db", 5, history::Status::planned);
  decide("b.db", 5, history::Status::to_address);
  record("c.db", {{}, {}});
  days_ -= 6;  // the clock was set back
  record("b.db", {{{good(5), bad(6)}}});
  days_ += 6;
  publish_all({"a.db", "b.db", "c.db"});

  expect_same();
}

TEST_F(FleetHubTest, ALongHistoryIsTheSame) {
  copy_long_history(folder_ / "long.db");
  publish_all({"long.db"});
  expect_same();
}

TEST_F(FleetHubTest, SitesHaveNamesOfTheirOwn) {
  for (const char* name : {"a.db", "b.db", "c.db"}) record(name, {{{enforced_example(1, "CA")}}});
  const auto a = hub_.enroll(folder_ / "a.db", "both");
  const auto b = hub_.enroll(folder_ / "b.db", "both");
  hub_.enroll(folder_ / "c.db", "one");  // nothing is published
  hub_.publish(folder_ / "a.db", "both");
  hub_.publish(folder_ / "b.db", "both");
  auto connection = hub_.as("fleet_reader");

  const auto sites = FleetHub(connection).sites(now());

  std::vector<std::string> names;
  for (const auto& site : sites) names.push_back(site.site.name);
  std::vector<std::string> expected{"both " + a.substr(0, 8), "both " + b.substr(0, 8)};
  std::ranges::sort(expected);
  expected.emplace_back("one");
  EXPECT_EQ(names, expected);
  EXPECT_EQ(history::state_of(sites.back(), now(), std::chrono::hours{48}), history::SiteState::no_complete_scan);
}

TEST_F(FleetHubTest, ARevokedSiteIsNotCurrent) {
  for (const char* name : {"a.db", "b.db"}) record(name, {{{enforced_example(1, "CA")}}});
  publish_all({"a.db", "b.db"});
  auto owner = hub_.admin();
  ASSERT_TRUE(revoke_site(owner, site_of(folder_ / "a.db")));
  auto connection = hub_.as("fleet_reader");
  FleetHub fleet(connection);

  const auto sites = fleet.sites(now());

  ASSERT_EQ(sites.size(), 2U);
  EXPECT_TRUE(sites[0].revoked_at);
  EXPECT_EQ(history::state_of(sites[0], now(), std::chrono::hours{48}), history::SiteState::revoked);
  EXPECT_EQ(sites[0].forest.cas.size(), 1U) << "what it published stays";
  EXPECT_EQ(history::state_of(sites[1], now(), std::chrono::hours{48}), history::SiteState::current);

  enroll_site(owner, site_of(folder_ / "a.db"), "site_0");
  EXPECT_FALSE(fleet.sites(now())[0].revoked_at);
}

TEST_F(FleetHubTest, AReaderOfOneSiteHasAFleetOfOne) {
  for (const char* name : {"a.db", "b.db"}) record(name, {{{enforced_example(1, "CA")}}});
  publish_all({"a.db", "b.db"});
  auto owner = hub_.admin();
  enroll_reader(owner, site_of(folder_ / "b.db"), "fleet_auditor");
  auto connection = hub_.as("fleet_auditor");

  const auto sites = FleetHub(connection).sites(now());

  ASSERT_EQ(sites.size(), 1U);
  EXPECT_EQ(sites.front().site.name, "site_1");
  EXPECT_EQ(sites.front().forest.cas.size(), 1U);
}

TEST_F(FleetHubTest, APublisherReadsNone) {
  record("a.db", {{{enforced_example(1, "CA")}}});
  publish_all({"a.db"});
  auto connection = hub_.as("site_0");
  EXPECT_EQ(error_of([&] { (void)FleetHub(connection).sites(now()); }).kind(), HubError::Kind::credentials);
}

}  // namespace
}  // namespace casweep::hub
