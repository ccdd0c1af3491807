// SPDX-License-Identifier: GPL-3.0-or-later
// What is exported of the forest as it is now.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "report/format/prometheus.h"
#include "report/format/remediation_plan.h"
#include "tests/report/golden.h"
#include "tests/support/example_scans.h"

namespace casweep::report {

using namespace test;
namespace {

using history::Status;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

/// The forest two hours after `scan`, with decisions about CAs that are not enforced: one expires soon, one has
/// expired.
history::ForestStatus forest_after(const history::ScanRecord& scan) {
  history::ForestStatus forest{.scan = history::ScanMoment{scan.id, scan.start.started_at},
                               .now = *scan.finished_at + 2h};
  std::vector<std::chrono::hours> ends{24h * 7, -1h};
  for (const history::CaRecord& ca : scan.cas) {
    history::CaStatus status{.object_guid = ca.service.object_guid,
                             .identity = {.common_name = ca.service.common_name,
                                          .display_name = ca.service.display_name,
                                          .dns_host_name = ca.service.dns_host_name}};
    const history::Reading reading{.scan = scan.id,
                                   .read_at = ca.observation.finished_at,
                                   .finding = {ca.verdict.outcome, ca.verdict.reason},
                                   .detail = ca.verdict.detail};
    status.last = reading;
    if (ca.verdict.outcome != assess::Outcome::unknown) status.known = reading;
    if (ca.verdict.outcome == assess::Outcome::not_enforced && !ends.empty()) {
      status.decisions.push_back({.object_guid = ca.service.object_guid,
                                  .status = Status::risk_accepted,
                                  .reason = "=why, \"so\"",
                                  .approver = "who",
                                  .until = forest.now + ends.front(),
                                  .ticket = "CHG-1",
                                  .set_at = scan.start.started_at - 1h});
      ends.erase(ends.begin());
    }
    const auto known = status.known ? std::optional(status.known->finding.outcome) : std::nullopt;
    status.status = history::status_at(known, status.decision(), forest.now);
    forest.cas.push_back(std::move(status));
  }
  return forest;
}

/// `scan`, then one that failed, then one that runs.
std::vector<history::ScanSummary> summaries(const history::ScanRecord& scan) {
  using history::ScanState;
  const base::Instant end = *scan.finished_at;
  return {{9, "", ScanState::running, end + 2h, {}, 0},
          {8, "", ScanState::failed, end + 1h, end + 1h + 1ms, 0},
          {scan.id, scan.uuid, ScanState::complete, scan.start.started_at, end, scan.discovered}};
}

std::string metrics_of(const history::ForestStatus& forest, std::span<const history::ScanSummary> scans) {
  std::ostringstream out;
  write_prometheus(out, forest, scans);
  return out.str();
}

std::string plan_of(const history::ForestStatus& forest) {
  std::ostringstream out;
  write_remediation_plan(out, forest);
  return out.str();
}

TEST(Prometheus, IsAsAgreed) {
  const auto scan = mixed_scan();
  EXPECT_TRUE(is_golden("mixed.prom", metrics_of(forest_after(scan), summaries(scan))));
}
TEST(Prometheus, IsAsAgreedForHostileText) {
  const auto scan = hostile_scan();
  EXPECT_TRUE(is_golden("hostile.prom", metrics_of(forest_after(scan), summaries(scan))));
}

TEST(Prometheus, WithoutAScanTheLastOneIsAsOldAsCanBe) {
  const std::string metrics = metrics_of({}, {});
  EXPECT_THAT(metrics, HasSubstr("\nadcs_esc11_last_complete_scan_timestamp_seconds 0.000\n"));
  EXPECT_THAT(metrics, Not(HasSubstr("adcs_esc11_scan_duration_seconds")));
}

TEST(RemediationPlan, IsAsAgreed) {
  EXPECT_TRUE(is_golden("mixed.plan.csv", plan_of(forest_after(mixed_scan()))));
  EXPECT_TRUE(is_golden("hostile.plan.csv", plan_of(forest_after(hostile_scan()))));
}

TEST(RemediationPlan, OfACompliantForestIsItsHeader) {
  auto forest = forest_after(mixed_scan());
  std::erase_if(forest.cas, [](const history::CaStatus& ca) { return !history::is_compliant(ca.outcome()); });
  const std::string plan = plan_of(forest);
  EXPECT_EQ(std::ranges::count(plan, '\n'), 1);
}

TEST(RemediationPlan, HoldsACaThatWasNeverRead) {
  history::ForestStatus forest = forest_after(mixed_scan());
  forest.cas.resize(1, forest.cas.front());
  forest.cas[0].last = forest.cas[0].known = std::nullopt;
  EXPECT_THAT(plan_of(forest), HasSubstr("unknown,not-read,It was listed and never read."));
}

}  // namespace
}  // namespace casweep::report
