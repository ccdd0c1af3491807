// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/status_report.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace casweep::report::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Regressed CAs with the names CA01, CA02, ...
store::ForestStatus regressed_forest(int cas) {
  store::ForestStatus forest;
  for (int number = 1; number <= cas; ++number) {
    store::CaStatus ca{.object_guid = *discovery::ObjectGuid::from_octets(std::array<std::uint8_t, 16>{}),
                       .identity = {.common_name = fmt::format("CA{:02}", number)}};
    ca.story.regressed = true;
    forest.cas.push_back(ca);
  }
  return forest;
}

std::string table_of(const store::ForestStatus& forest) {
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
  EXPECT_THAT(table, HasSubstr("CA19, CA20 and 3 more (--format json names all).\n"));
  EXPECT_THAT(table, Not(HasSubstr("CA21")));
}

TEST(StatusJson, NamesEveryRegressedCa) {
  std::ostringstream out;
  write_status_json(out, regressed_forest(23));
  const auto status = nlohmann::json::parse(out.str());
  EXPECT_EQ(status["cas"].size(), 23U);
  for (const auto& ca : status["cas"]) EXPECT_EQ(ca["regressed"], true);
}

}  // namespace
}  // namespace casweep::report::test
