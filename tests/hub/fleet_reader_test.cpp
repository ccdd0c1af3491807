// SPDX-License-Identifier: GPL-3.0-or-later
// A fleet looks the same from its files and from the hub to which they were published.
#include "hub/fleet_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "report/json/fleet_json.h"
#include "store/fleet_files.h"
#include "tests/hub/hub_testing.h"
#include "tests/support/history_testing.h"

namespace casweep::hub {

using namespace test;
namespace {

using nlohmann::json;

/// Without what differs on purpose: the names of the sites and where they are.
json without_names(json document) {
  for (json& site : document.at("sites")) site.erase("name"), site.erase("source");
  for (const char* list : {"cas", "events", "disagreements"}) {
    if (!document.contains(list)) continue;
    for (json& item : document.at(list)) {
      item.erase("site");
      if (item.contains("seen_by")) {
        for (json& place : item.at("seen_by")) place.erase("site");
      }
    }
  }
  return document;
}

class FleetReader : public ::testing::Test {
 protected:
  FleetReader() : hub_(shared_server()) {}

  std::filesystem::path history(const char* name) { return folder_ / name; }

  /// Publishes the file.
  void publish(const std::filesystem::path& file) {
    const std::string login = "site_" + std::to_string(files_.size());
    hub_.enroll(file, login);
    hub_.publish(file, login);
    files_.push_back({.name = file.stem().string(), .file = file});
  }

  [[nodiscard]] FleetOnHub on_hub() const { return FleetOnHub(hub_.as("postgres")); }

  /// Compares both sources at `now`.
  void expect_same(base::Instant now) {
    store::FleetFiles files(files_);
    FleetOnHub hub = on_hub();
    EXPECT_EQ(status_of(hub, now), status_of(files, now));
    EXPECT_EQ(trend_of(hub, now), trend_of(files, now));
  }

 private:
  static json status_of(history::FleetSource& source, base::Instant now) {
    auto sites = source.sites(now);
    std::ranges::sort(sites, {}, [](const history::SiteRecord& site) { return site.site.id; });
    for (std::size_t i = 0; i < sites.size(); ++i) sites[i].site.name = std::to_string(i);
    std::ostringstream out;
    report::write_fleet_json(out, history::fleet_status(std::move(sites), now, history::default_stale_after));
    return without_names(json::parse(out.str()));
  }

  static json trend_of(history::FleetSource& source, base::Instant now) {
    auto sites = source.trends({}, now);
    std::ranges::sort(sites, {}, [](const history::SiteTrend& site) { return site.site.id; });
    std::ostringstream days;
    report::write_fleet_trend_json(days, history::fleet_days(sites, {}, now, history::default_stale_after), sites, {},
                                   now);
    std::ostringstream events;
    report::write_fleet_changes_json(events, history::fleet_events(sites, {}), sites, history::FleetStatus{.now = now},
                                     {});
    return {without_names(json::parse(days.str())), without_names(json::parse(events.str()))};
  }

  TestFolder folder_;
  HubOnServer hub_;
  std::vector<store::FleetFile> files_;
};

base::Instant after(const std::filesystem::path& file) {
  return store::History::open_existing(file).newest_moment().value() + std::chrono::hours{1};
}

TEST_F(FleetReader, SeesWhatTheFilesHave) {
  const auto long_one = history("long.db");
  const auto short_one = history("short.db");
  copy_long_history(long_one);
  record_scans(short_one, 3);
  publish(long_one);
  publish(short_one);
  expect_same(after(long_one));
  expect_same(after(long_one) + std::chrono::days{30});
}

TEST_F(FleetReader, SeesUnknownHiddenAndRemovedCasAndDecisions) {
  const auto file = history("story.db");
  {
    auto history = store::History::open(file);
    const auto hidden = unknown_example(3, "C", assess::Reason::hidden_from_account);
    record_scan(history, {enforced_example(1, "A"), not_enforced_example(2, "B"), enforced_example(3, "C"),
                          not_enforced_example(4, "D")});
    const auto now = history.newest_moment().value();
    history.decide({.object_guid = guid(2),
                    .status = history::Status::third_party,
                    .reason = "a proxy",
                    .approver = "J. Doe",
                    .until = now + std::chrono::days{60},
                    .set_at = now + std::chrono::seconds{1},
                    .os_user = "jd"});
    record_scan(history, {unknown_example(1, "A", assess::Reason::timed_out), not_enforced_example(2, "B"), hidden});
    record_scan(history, {unknown_example(1, "A", assess::Reason::timed_out), not_enforced_example(2, "B"), hidden});
  }
  publish(file);
  expect_same(after(file));
  expect_same(after(file) + std::chrono::days{90});
}

TEST_F(FleetReader, SeesAFlappingCa) {
  const auto file = history("flapping.db");
  {
    auto history = store::History::open(file);
    for (int scan = 0; scan < 14; ++scan) {
      record_scan(history, {scan % 2 == 0 ? enforced_example(1, "A") : not_enforced_example(1, "A")});
    }
  }
  publish(file);
  expect_same(after(file));
}

TEST_F(FleetReader, SeesFailedAndPartialScans) {
  const auto file = history("partial.db");
  {
    auto history = store::History::open(file);
    record_scan(history, {enforced_example(1, "A"), enforced_example(2, "B")});
    record_scan(history, {not_enforced_example(1, "A")}, history::ScanState::partial);
    const auto lock = history.lock_for_scan([](int) {});
    const auto failed = history.begin_scan(lock, start_example());
    history.fail_scan(failed, history::ScanState::failed, start_example().started_at, "No domain controller.");
  }
  publish(file);
  expect_same(after(file));
}

TEST_F(FleetReader, OfAnEmptyHubIsEmpty) {
  EXPECT_TRUE(on_hub().sites(at(0)).empty());
  EXPECT_TRUE(on_hub().trends({}, at(0)).empty());
}

TEST_F(FleetReader, NamesASiteByItsForest) {
  const auto one = history("one.db");
  const auto two = history("two.db");
  record_scans(one, 1);
  publish(one);
  EXPECT_EQ(on_hub().sites(at(0)).at(0).site.name, "corp.example");
  record_scans(two, 1);
  publish(two);
  for (const history::SiteRecord& site : on_hub().sites(at(0))) {
    EXPECT_EQ(site.site.name, "corp.example (" + site.site.id.substr(0, 8) + ")");
  }
}

}  // namespace
}  // namespace casweep::hub
