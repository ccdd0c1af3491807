// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "report/format/status_csv.h"
#include "report/table/status_report.h"

namespace casweep::report {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// Regressed CAs with the names CA01, CA02, ...
history::ForestStatus regressed_forest(int cas) {
  history::ForestStatus forest;
  for (int number = 1; number <= cas; ++number) {
    history::CaSummary ca{.object_guid = *base::ObjectGuid::from_octets(std::array<std::uint8_t, 16>{}),
                          .identity = {.common_name = fmt::format("CA{:02}", number)}};
    ca.story.regressed = true;
    forest.cas.push_back(ca);
  }
  return forest;
}

TEST(StatusTable, EndsWithTheTotals) {
  std::ostringstream out;
  write_status_table(out, regressed_forest(3), {}, {}, {.columns = 80});
  EXPECT_THAT(out.str(), HasSubstr("To address, regressed"));
  EXPECT_THAT(out.str(), EndsWith("3 CAs: 0 enforced, 0 not enforced, 0 not exposed, 3 unknown. Compliant: 0 %,\n"
                                  "with mitigated CAs 0 %. 3 CAs need action.\n"));
}

TEST(StatusTable, NamesNewerScansBeforeTheTotals) {
  auto forest = regressed_forest(1);
  forest.scan = {.scan = 9};
  std::vector<history::ScanHeadline> newer{{.id = 10, .state = history::ScanState::partial},
                                           {.id = 11, .state = history::ScanState::failed}};
  const auto shown = [&] {
    std::ostringstream out;
    write_status_table(out, forest, newer, {}, {});
    return out.str();
  };
  EXPECT_THAT(shown(), HasSubstr("\nNewer scans: scan 10 (partial), scan 11 (failed).\nLast complete scan: 9, "));
  for (int id = 12; id < 17; ++id) newer.push_back({.id = id, .state = history::ScanState::failed});
  EXPECT_THAT(shown(), HasSubstr("\nNewer scans: 2 others, scan 12 (failed), "));
  newer.clear();
  EXPECT_THAT(shown(), Not(HasSubstr("Newer scans")));
}

TEST(StatusTable, NamesFlappingCas) {
  auto forest = regressed_forest(2);
  forest.cas[1].flapping = true;
  std::ostringstream out;
  write_status_table(out, forest, {}, {}, {});
  EXPECT_THAT(out.str(), HasSubstr("Flapping: CA02.\n"));
}

TEST(StatusCsv, HasARowForEachCa) {
  auto forest = regressed_forest(2);
  forest.forest = "corp.example";
  forest.cas[0].last = history::Answer{.scan = 4,
                                       .judged = {assess::Verdict::not_enforced, assess::Reason::flag_clear},
                                       .interface_flags = assess::InterfaceFlags{0x441}};
  forest.cas[0].status = history::Status::risk_accepted;
  forest.cas[0].decisions = {{.object_guid = forest.cas[0].object_guid,
                              .status = history::Status::risk_accepted,
                              .reason = "XP",
                              .approver = "=cmd",
                              .until = base::Instant{} + std::chrono::days{30},
                              .ticket = "CHG-1"}};
  std::ostringstream out;
  write_status_csv(out, forest);
  EXPECT_THAT(out.str(), StartsWith("forest,ca,dns_host_name,verdict,"));
  EXPECT_THAT(out.str(), HasSubstr(",read_at,scan_id,object_guid"));
  EXPECT_THAT(out.str(), HasSubstr("corp.example,CA01,,not-enforced,flag-clear,risk-accepted,,yes,,'=cmd,"
                                   "1970-01-31T00:00:00.000Z,CHG-1,XP,0x441,1970-01-01T00:00:00.000Z,4,"));
  EXPECT_THAT(out.str(), HasSubstr("corp.example,CA02,,unknown,not-read,to-address,,yes,,,,,,,,,"));
}

TEST(StatusJson, NamesEveryRegressedCa) {
  std::ostringstream out;
  write_status_json(out, regressed_forest(23), {});
  const auto status = nlohmann::json::parse(out.str());
  EXPECT_EQ(status["cas"].size(), 23U);
  for (const auto& ca : status["cas"]) EXPECT_EQ(ca["regressed"], true);
}

}  // namespace
}  // namespace casweep::report
