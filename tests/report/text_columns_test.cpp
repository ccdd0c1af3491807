// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/table/text_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

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

const std::vector<TextColumn> weighted_columns{{"CA", 16}, {"HOST", 14, 2}, {"CHANGED", 0, 3}, {"GUID", 0, 1}};

std::vector<std::vector<TextCell>> similar_rows() {
  std::vector<std::vector<TextCell>> cas;
  for (const std::string number : {"01", "02"}) {
    cas.push_back({{"Contoso Issuing CA " + number}, {"ca" + number + ".corp.example"}, {"2026-11-23"}, {"8b1e0c52"}});
  }
  return cas;
}

std::string weighted(std::size_t width) {
  std::ostringstream out;
  write_columns(out, weighted_columns, similar_rows(), width, base::Charset::unicode);
  return out.str();
}

TEST(TextColumns, ShrinkSoThatCellsStayDifferent) {
  EXPECT_EQ(weighted(55),
            "CA                HOST             CHANGED     GUID\n"
            "Conto…uing CA 01  ca01.corp.exam…  2026-11-23  8b1e0c52\n"
            "Conto…uing CA 02  ca02.corp.exam…  2026-11-23  8b1e0c52\n");
}

/// A complete name is more useful than a less important column.
TEST(TextColumns, DropTheLeastImportantAndNameIt) {
  EXPECT_EQ(weighted(52),
            "CA                     HOST               CHANGED\n"
            "Contoso Issuing CA 01  ca01.corp.example  2026-11-23\n"
            "Contoso Issuing CA 02  ca02.corp.example  2026-11-23\n"
            "Not shown at this width: GUID; --format json shows\n"
            "all.\n");
  EXPECT_EQ(weighted(34),
            "CA                     CHANGED\n"
            "Contoso Issuing CA 01  2026-11-23\n"
            "Contoso Issuing CA 02  2026-11-23\n"
            "Not shown at this width: HOST,\n"
            "GUID; --format json shows all.\n");
}

TEST(TextColumns, StandBelowEachOtherWithoutADroppedOneWhereEvenThoseAlwaysShownDoNotFit) {
  EXPECT_THAT(weighted(8), ::testing::HasSubstr("\n  GUID     8b1e0c52\n"));
  EXPECT_THAT(weighted(8), ::testing::Not(::testing::HasSubstr("Not shown")));
}

std::string wrapped(std::string_view text, std::size_t column, std::size_t indent, std::size_t width) {
  std::ostringstream out;
  write_wrapped(out, text, column, indent, width);
  return out.str();
}

TEST(WrappedText, KeepsAPercentSignWithItsNumber) {
  EXPECT_EQ(wrapped("Compliant: 50 %, with", 0, 0, 14), "Compliant:\n50 %, with\n");
}

TEST(WrappedText, BreaksDistinguishedNamesAfterACommaAndKeysAfterABackslash) {
  EXPECT_EQ(wrapped("CN=Public Key Services,CN=Services,DC=corp,DC=example", 4, 2, 34),
            "CN=Public Key Services,\n  CN=Services,DC=corp,DC=example\n");
  EXPECT_EQ(wrapped(R"(HKLM\SYSTEM\CurrentControlSet\Services\CertSvc)", 0, 0, 32),
            "HKLM\\SYSTEM\\CurrentControlSet\\\nServices\\CertSvc\n");
}

TEST(WrappedText, DoesNotBreakAnEscapeInADistinguishedName) {
  EXPECT_EQ(wrapped("CN=CA\\0ACNF:8b1e0c52-0000,CN=Services", 0, 0, 12), "CN=CA\\0ACNF:8b1e0c52-0000,CN=Services\n");
}

TEST(WrappedText, DoesNotBreakOtherWords) {
  EXPECT_EQ(wrapped("yes,no or 0123456789abcdef0123456789abcdef", 0, 0, 8),
            "yes,no\nor\n0123456789abcdef0123456789abcdef\n");
  EXPECT_EQ(wrapped("to CN=abcdefghijklmnopqrstuvwxyz", 0, 0, 8), "to\nCN=abcdefghijklmnopqrstuvwxyz\n");
}

/// Equal names cannot be told apart by any part of them.
TEST(TextColumns, CutEqualCellsInTheMiddle) {
  std::ostringstream out;
  write_columns(out, {{"CA", 5}}, {{{"abcdefghij"}}, {{"abcdefghij"}}}, 7, base::Charset::unicode);
  EXPECT_EQ(out.str(), "CA\nabc…hij\nabc…hij\n");
}

}  // namespace
}  // namespace casweep::report
