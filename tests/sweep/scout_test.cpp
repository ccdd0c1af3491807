// SPDX-License-Identifier: GPL-3.0-or-later
#include "sweep/scout.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/listening_port.h"
#include "tests/support/silent_port.h"

namespace casweep::sweep {
namespace {

using namespace std::chrono_literals;
using Kind = ScoutReport::Kind;

std::map<std::size_t, ScoutReport> reports_of(Scout& scout, std::chrono::milliseconds within = 10s) {
  std::map<std::size_t, ScoutReport> reports;
  const auto end = std::chrono::steady_clock::now() + within;
  while (!scout.ended() && std::chrono::steady_clock::now() < end) {
    pollfd readable{scout.fd(), POLLIN, 0};
    ::poll(&readable, 1, 100);
    for (ScoutReport& report : scout.take()) {
      EXPECT_TRUE(reports.emplace(report.index, report).second) << "reported twice";
    }
  }
  return reports;
}

TEST(Scout, TellsWhichHostsAnswer) {
  const test::ListeningPort listener;
  Scout scout({{7, "127.0.0.1"}, {9, "127.0.0.2"}}, listener.port(), 5s);
  const auto reports = reports_of(scout);
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports.at(7).kind, Kind::answered);
  EXPECT_EQ(reports.at(7).address, "127.0.0.1");
  EXPECT_EQ(reports.at(9).kind, Kind::failed) << "nothing listens there";
  EXPECT_TRUE(scout.ended());
  EXPECT_TRUE(scout.unreported().empty());
}

TEST(Scout, AHostWithoutAnAddressHasFailed) {
  Scout scout({{0, std::string(300, 'a')}}, 1, 5s);  // longer than any name, so nothing asks DNS
  const auto reports = reports_of(scout, 60s);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports.at(0).kind, Kind::failed);
  EXPECT_EQ(reports.at(0).address, "");
}

TEST(Scout, ReportsManyHosts) {
  const test::ListeningPort listener;
  std::vector<ScoutTarget> targets;
  for (std::size_t i = 0; i < 2000; ++i) targets.push_back({i, i % 2 == 0 ? "127.0.0.1" : "127.0.0.9"});
  Scout scout(targets, listener.port(), 20s);
  const auto reports = reports_of(scout, 60s);
  ASSERT_EQ(reports.size(), targets.size());
  EXPECT_EQ(reports.at(1).kind, Kind::failed);
}

TEST(Scout, ASilentHostIsReportedAtItsTime) {
  const test::SilentPort silent;
  const auto begin = std::chrono::steady_clock::now();
  Scout scout({{3, "127.0.0.1"}}, silent.port(), 600ms);
  const auto reports = reports_of(scout);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports.at(3).kind, Kind::silent);
  EXPECT_EQ(reports.at(3).address, "127.0.0.1");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 600ms);
}

TEST(Scout, LeavesNoProcess) {
  { Scout scout({{0, "127.0.0.1"}}, 1, 1h); }
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

}  // namespace
}  // namespace casweep::sweep
