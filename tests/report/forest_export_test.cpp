// SPDX-License-Identifier: GPL-3.0-or-later
// What is exported of the forest as it is now.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
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
                               .forest = scan.listing->forest,
                               .now = *scan.finished_at + 2h};
  constexpr std::array<std::chrono::hours, 2> ends{24h * 7, -1h};
  auto end = ends.begin();
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
    if (ca.judgement.verdict == assess::Verdict::not_enforced && end != ends.end()) {
      status.decisions.push_back({.object_guid = ca.service.object_guid,
                                  .status = Status::risk_accepted,
                                  .reason = "=why, \"so\"",
                                  .approver = "who",
                                  .until = forest.now + *end++,
                                  .ticket = "CHG-1",
                                  .set_at = scan.start.started_at - 1h});
    }
    status.status = history::status_at(status.verdict(), status.decision(), forest.now);
    forest.cas.push_back(std::move(status));
  }
  return forest;
}

/// A scan that failed, after `scan`.
LastScan failed_after(const history::ScanRecord& scan) {
  return {.ended = *scan.finished_at + 1h + 1ms, .outcome = history::ScanState::failed, .forest = {}};
}

std::string metrics_of(const history::ForestStatus& forest, const LastScan& last) {
  std::ostringstream out;
  write_prometheus(out, forest, last, "0.1.0");
  return out.str();
}

std::string plan_of(const history::ForestStatus& forest) {
  std::ostringstream out;
  write_remediation_plan(out, forest);
  return out.str();
}

TEST(Prometheus, IsAsAgreed) {
  const auto scan = mixed_scan();
  EXPECT_TRUE(is_golden("mixed.prom", metrics_of(forest_after(scan), failed_after(scan))));
}
TEST(Prometheus, IsAsAgreedForHostileText) {
  const auto scan = hostile_scan();
  EXPECT_TRUE(is_golden("hostile.prom", metrics_of(forest_after(scan), failed_after(scan))));
}

TEST(Prometheus, WithoutAScanTheLastOneIsAsOldAsCanBe) {
  const std::string metrics = metrics_of({}, {});
  EXPECT_THAT(metrics, HasSubstr("\nadcs_esc11_last_complete_scan_timestamp_seconds{forest=\"\"} 0.000\n"));
  EXPECT_THAT(metrics, Not(HasSubstr("adcs_esc11_scan_duration_seconds")));
}

TEST(Prometheus, NamesTheCasThatRegressedAndTheirStatus) {
  auto forest = forest_after(mixed_scan());
  forest.cas[1].story.regressed = true;
  const std::string metrics = metrics_of(forest, {});
  const std::string labels =
      "{forest=\"corp.example\",ca=\"Contoso Issuing CA 02\",host=\"ca02.corp.example\","
      "guid=\"8b1e0c52-0000-4000-8000-000000000002\"";
  EXPECT_THAT(metrics, HasSubstr("\nadcs_esc11_ca_regressed" + labels + "} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("\nadcs_esc11_ca_status" + labels + ",status=\"risk-accepted\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("\nadcs_esc11_regressions{forest=\"corp.example\"} 1\n"));
}

TEST(Prometheus, HasTheForestInEverySeries) {
  std::istringstream lines(metrics_of(forest_after(hostile_scan()), {}));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#")) continue;
    EXPECT_THAT(line, HasSubstr("{forest=\"")) << line;
  }
}

TEST(Prometheus, WithoutACompleteScanTheForestIsThatOfTheLastScan) {
  const std::string metrics =
      metrics_of({}, {.ended = {}, .outcome = history::ScanState::partial, .forest = "corp.example"});
  EXPECT_THAT(metrics, HasSubstr("\nadcs_esc11_last_scan_outcome{forest=\"corp.example\",outcome=\"partial\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("\nadcs_esc11_last_scan_outcome{forest=\"corp.example\",outcome=\"failed\"} 0\n"));
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
  forest.cas[0].last.reset();
  forest.cas[0].known.reset();
  EXPECT_THAT(plan_of(forest), HasSubstr("unknown,not-read,The CA is listed in the directory but was never read."));
}

}  // namespace
}  // namespace casweep::report
