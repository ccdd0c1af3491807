// SPDX-License-Identifier: GPL-3.0-or-later

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "report/table/status_report.h"

namespace casweep::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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

std::string table_of(const history::ForestStatus& forest) {
  std::ostringstream out;
  write_status_table(out, forest, {.columns = 1'000});
  const std::string table = out.str();
  const auto named = table.find("Regressed:");
  return named == std::string::npos ? "" : table.substr(named);
}

TEST(StatusTable, NamesEveryRegressedCaAsLongAsTheyAreFew) {
  EXPECT_EQ(table_of(regressed_forest(0)), "");
  EXPECT_EQ(table_of(regressed_forest(2)), "Regressed: CA01, CA02.\n");
  EXPECT_THAT(table_of(regressed_forest(20)), HasSubstr("CA19, CA20.\n"));
}

TEST(StatusTable, CountsTheRegressedCasThatItDoesNotName) {
  const std::string table = table_of(regressed_forest(23));
  EXPECT_THAT(table, HasSubstr("CA19, CA20 and 3 more (--format json lists all).\n"));
  EXPECT_THAT(table, Not(HasSubstr("CA21")));
}

/// A narrow table has no room for it.
TEST(StatusTable, SaysUnderItWhatWasDecidedAboutWhom) {
  history::ForestStatus forest = regressed_forest(3);
  for (history::CaSummary& ca : forest.cas) ca.story.regressed = false;
  const auto decide = [&](std::size_t index, history::Status status) {
    forest.cas[index].decisions = {{.object_guid = forest.cas[index].object_guid, .status = status}};
    forest.cas[index].status = status;
  };
  decide(0, history::Status::third_party);
  decide(2, history::Status::third_party);
  decide(1, history::Status::to_address);  // withdrawn
  std::ostringstream out;
  write_status_table(out, forest, {.columns = 80});
  EXPECT_THAT(out.str(), HasSubstr("Resolved through third party: CA01, CA03.\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("CA02.")));
}

TEST(StatusJson, NamesEveryRegressedCa) {
  std::ostringstream out;
  write_status_json(out, regressed_forest(23));
  const auto status = nlohmann::json::parse(out.str());
  EXPECT_EQ(status["cas"].size(), 23U);
  for (const auto& ca : status["cas"]) EXPECT_EQ(ca["regressed"], true);
}

}  // namespace
}  // namespace casweep::report
