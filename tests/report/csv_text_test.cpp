// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/csv_text.h"

#include <gtest/gtest.h>

#include <array>
#include <sstream>

namespace casweep::report {
namespace {

TEST(CsvCell, IsQuotedOnlyIfNeedBe) {
  EXPECT_EQ(csv_cell("Contoso CA"), "Contoso CA");
  EXPECT_EQ(csv_cell("Contoso, \"the\" CA"), "\"Contoso, \"\"the\"\" CA\"");
}

TEST(CsvCell, NeverBeginsAFormula) {
  for (const char first : {'=', '+', '-', '@', '\t', '\r', '\n'}) {
    EXPECT_EQ(csv_cell(std::string{first, '1'}).front(), '\'') << static_cast<int>(first);
  }
  EXPECT_EQ(csv_cell("=A1,2"), "\"'=A1,2\"");
}

TEST(CsvCell, StaysOneLine) { EXPECT_EQ(csv_cell("a\r\nb\x1b"), "a\\x0d\\x0ab\\x1b"); }

TEST(CsvRecord, EndsWithCrLf) {
  std::ostringstream out;
  write_csv_record(out, std::array<std::string, 3>{"a", "", "c"});
  EXPECT_EQ(out.str(), "a,,c\r\n");
}

/// A spreadsheet in many languages separates the cells of a file by semicolons.
TEST(CsvCell, IsNoFormulaAfterASemicolon) {
  EXPECT_EQ(csv_cell("x;=cmd|'/C calc'!A0"), "x;'=cmd|'/C calc'!A0");
  EXPECT_EQ(csv_cell("x;\"=1+1;@a"), "\"x;\"\"'=1+1;'@a\"");
  EXPECT_EQ(csv_cell("x; y;-z", FormulaGuard::off), "x; y;-z");
}

}  // namespace
}  // namespace casweep::report
