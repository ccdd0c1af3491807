// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/check_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace casweep::report {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

store::HistoryCheck clean_example() {
  return {.scans = 3650,
          .observations = 1'825'000,
          .ledger_entries = 7301,
          .head = {.seq = 7301, .hash = std::string(64, 'd')}};
}

store::HistoryCheck damaged_example() {
  auto check = clean_example();
  check.damages = {{.table = "reading", .row = 17, .scan = 3, .ca = "Issuing\x1b[2J CA", .what = "was changed"},
                   {.table = {}, .what = "SQLite finds in it: page 3 is never used"}};
  check.damage_count = 1002;
  return check;
}

std::string text_of(const store::HistoryCheck& check) {
  std::ostringstream out;
  write_check_text(out, "history.db", check, {});
  return out.str();
}

nlohmann::json json_of(const store::HistoryCheck& check) {
  std::ostringstream out;
  write_check_json(out, "history.db", check);
  return nlohmann::json::parse(out.str());
}

TEST(CheckReport, SaysWhatAgrees) {
  EXPECT_EQ(text_of(clean_example()), "3,650 scans, 1,825,000 observations, 7,301 ledger entries, head 7301 " +
                                          std::string(64, 'd') + "; everything agrees.\n");
}

TEST(CheckReport, NamesTheEntryOfTheNotedHead) {
  auto check = clean_example();
  check.noted_entry = 12;
  EXPECT_THAT(text_of(check), HasSubstr("The noted head is that of ledger entry 12; 0 entries since.\n"));
}

TEST(CheckReport, SaysWhatIsWrongAndWhere) {
  const auto text = text_of(damaged_example());
  EXPECT_THAT(text, StartsWith("reading 17 (scan 3, Issuing\\x1b[2J CA): was changed.\n"
                               "the file: SQLite finds in it: page 3 is never used.\n"));
  EXPECT_THAT(text, HasSubstr("1,000 more"));
  EXPECT_THAT(text, HasSubstr("1,002 items in history.db differ from what was recorded"));
  EXPECT_THAT(text, Not(HasSubstr("agrees.")));
}

TEST(CheckReport, IsJsonWithEveryField) {
  const auto json = json_of(damaged_example());
  EXPECT_EQ(json["agrees"], false);
  EXPECT_EQ(json["ledger"]["head"]["seq"], 7301);
  EXPECT_EQ(json["ledger"]["noted_entry"], nullptr);
  EXPECT_EQ(json["damage_count"], 1002);
  EXPECT_EQ(json["damages"][0]["ca"], "Issuing\x1b[2J CA");
  EXPECT_EQ(json["damages"][1]["table"], nullptr);
  EXPECT_EQ(json["damages"][1]["scan"], nullptr);
}

}  // namespace
}  // namespace casweep::report
