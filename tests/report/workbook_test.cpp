// SPDX-License-Identifier: GPL-3.0-or-later
// That spreadsheets open it is tested in tests/command/export_test.py; here are the texts that could damage it.
#include "report/format/workbook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>

namespace casweep::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string with_cell(const std::string& text) {
  Workbook workbook;
  workbook.begin_row();
  workbook.add_text(text);
  workbook.end_row();
  std::ostringstream out;
  workbook.write(out);
  return out.str();
}

TEST(Workbook, HoldsTextThatIsNeitherMarkupNorAnEscape) {
  EXPECT_THAT(with_cell("<b>&"), HasSubstr(">&lt;b&gt;&amp;</t>"));
  EXPECT_THAT(with_cell("a_x202e_b"), HasSubstr(">a_x005F_x202e_b</t>"));
  EXPECT_THAT(with_cell("\xef\xbf\xbf"), Not(HasSubstr("\xef\xbf\xbf")));
}

TEST(Workbook, CutsATextThatACellCannotHold) {
  const std::string file = with_cell(std::string(100'000, 'a'));
  EXPECT_THAT(file, HasSubstr("a…</t>"));
  EXPECT_LT(file.size(), 40'000U);
}

TEST(Workbook, NumbersItsCells) {
  Workbook workbook;
  for (int row = 0; row < 2; ++row) {
    workbook.begin_row();
    for (int cell = 0; cell < 28; ++cell) workbook.add_text("");
    workbook.end_row();
  }
  std::ostringstream out;
  workbook.write(out);
  EXPECT_THAT(out.str(), HasSubstr("<row r=\"2\"><c r=\"A2\"/>"));
  EXPECT_THAT(out.str(), HasSubstr("<c r=\"Z2\"/><c r=\"AA2\"/><c r=\"AB2\"/></row>"));
}

TEST(Workbook, HasTimesAsDaysSince1899) {
  Workbook workbook;
  workbook.begin_row();
  workbook.add_time(std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{12});
  workbook.end_row();
  std::ostringstream out;
  workbook.write(out);
  EXPECT_THAT(out.str(), HasSubstr("<v>46349.50000000</v>"));
}

}  // namespace
}  // namespace casweep::report
