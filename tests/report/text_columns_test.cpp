// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/text_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace casweep::report {
namespace {

const std::vector<TextColumn> three_columns{{"CA", 8}, {"VERDICT"}, {"GUID"}};
const std::vector<std::vector<TextCell>> rows{{{"Contoso Issuing CA 01"}, {"unknown", "<", ">"}, {"8b1e0c52"}}};

std::string written(std::size_t width) {
  std::ostringstream out;
  write_columns(out, three_columns, rows, width, base::Charset::unicode);
  return out.str();
}

TEST(TextColumns, AreAsWideAsTheyNeedWhereNothingLimitsThem) {
  EXPECT_EQ(written(0),
            "CA                     VERDICT  GUID\n"
            "Contoso Issuing CA 01  <unknown>  8b1e0c52\n");
}

TEST(TextColumns, ShrinkWhereTheyMay) {
  EXPECT_EQ(written(30),
            "CA           VERDICT  GUID\n"
            "Conto…CA 01  <unknown>  8b1e0c52\n");
}

/// Lines that a terminal breaks somewhere are no table any more.
TEST(TextColumns, StandBelowEachOtherWhereTheyDoNotFit) {
  EXPECT_EQ(written(24),
            "CA         Contos… CA 01\n"
            "  VERDICT  <unknown>\n"
            "  GUID     8b1e0c52\n");
}

TEST(TextColumns, NeverShortenWhatMayNotShrink) {
  EXPECT_THAT(written(10), ::testing::HasSubstr("8b1e0c52"));
  EXPECT_THAT(written(1), ::testing::HasSubstr("8b1e0c52"));
}

}  // namespace
}  // namespace casweep::report
