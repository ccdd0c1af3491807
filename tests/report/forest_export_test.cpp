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
  history::ForestStatus forest{.scan = history::ScanMoment{scan.id, scan.start.started_at, *scan.finished_at},
                               .now = *scan.finished_at + 2h};
  std::vector<std::chrono::hours> ends{24h * 7, -1h};
  for (const history::Observation& ca : scan.cas) {
    history::CaSummary status{.object_guid = ca.service.object_guid,
                              .identity = {.common_name = ca.service.common_name,
                                           .display_name = ca.service.display_name,
                                           .dns_host_name = ca.service.dns_host_name}};
    const history::Answer reading{.scan = scan.id,
                                  .read_at = ca.reading->finished_at,
                                  .judged = {ca.judgement.verdict, ca.judgement.reason},
                                  .detail = ca.judgement.detail};
    status.last = reading;
    if (ca.judgement.verdict != assess::Verdict::unknown) status.known = reading;
    if (ca.judgement.verdict == assess::Verdict::not_enforced && !ends.empty()) {
      status.decisions.push_back({.object_guid = ca.service.object_guid,
                                  .status = Status::risk_accepted,
                                  .reason = "=why, \"so\"",
                                  .approver = "who",
                                  .until = forest.now + ends.front(),
                                  .ticket = "CHG-1",
                                  .set_at = scan.start.started_at - 1h});
      ends.erase(ends.begin());
    }
    status.status = history::status_at(status.verdict(), status.decision(), forest.now);
    forest.cas.push_back(std::move(status));
  }
  return forest;
}

/// When a scan that failed ended, after `scan`.
base::Instant an_hour_after(const history::ScanRecord& scan) { return *scan.finished_at + 1h + 1ms; }

std::string metrics_of(const history::ForestStatus& forest, std::optional<base::Instant> last_end) {
  std::ostringstream out;
  write_prometheus(out, forest, last_end);
  return out.str();
}

std::string plan_of(const history::ForestStatus& forest) {
  std::ostringstream out;
  write_remediation_plan(out, forest);
  return out.str();
}

TEST(Prometheus, IsAsAgreed) {
  const auto scan = mixed_scan();
  EXPECT_TRUE(is_golden("mixed.prom", metrics_of(forest_after(scan), an_hour_after(scan))));
}
TEST(Prometheus, IsAsAgreedForHostileText) {
  const auto scan = hostile_scan();
  EXPECT_TRUE(is_golden("hostile.prom", metrics_of(forest_after(scan), an_hour_after(scan))));
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
  std::erase_if(forest.cas, [](const history::CaSummary& ca) { return !assess::is_compliant(ca.verdict()); });
  const std::string plan = plan_of(forest);
  EXPECT_EQ(std::ranges::count(plan, '\n'), 1);
}

TEST(RemediationPlan, HoldsACaThatWasNeverRead) {
  history::ForestStatus forest = forest_after(mixed_scan());
  forest.cas.resize(1, forest.cas.front());
  forest.cas[0].last = forest.cas[0].known = std::nullopt;
  EXPECT_THAT(plan_of(forest), HasSubstr("unknown,not-read,The CA is listed in the directory but was never read."));
}

}  // namespace
}  // namespace casweep::report
