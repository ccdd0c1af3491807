// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/export_format.h"

#include <gtest/gtest.h>

#include "cli/command_error.h"

namespace casweep::cli {
namespace {

using report::ScanFormat;

std::vector<ExportOutput> outputs(const std::vector<std::string>& values, const char* otherwise = nullptr) {
  std::optional<ExportFormat> format;
  if (otherwise != nullptr) format = export_format_of_word(otherwise);
  return export_outputs(values, format);
}

TEST(ExportOutputs, AFileSaysItsFormatOrTakesTheOther) {
  const auto both = outputs({"ocsf=esc11.jsonl", "esc11.csv"}, "csv");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].format.of_scans, ScanFormat::ocsf);
  EXPECT_EQ(both[0].file, "esc11.jsonl");
  EXPECT_EQ(both[1].format.of_scans, ScanFormat::csv);
}

TEST(ExportOutputs, AFormatIsOfScansOrOfTheForest) {
  EXPECT_EQ(outputs({"plan=x"})[0].format.of_forest, ForestFormat::plan);
  EXPECT_FALSE(outputs({"plan=x"})[0].format.of_scans);
}

TEST(ExportOutputs, APathWithAnEqualsSignIsAPath) {
  EXPECT_EQ(outputs({"./json=x"}, "csv")[0].file, "./json=x");
  EXPECT_EQ(outputs({"csv=a=b"})[0].file, "a=b");
}

TEST(ExportOutputs, AMistypedFormatIsNotAFileName) { EXPECT_THROW((void)outputs({"cvs=x"}, "csv"), CommandError); }
TEST(ExportOutputs, AFileWithoutAFormatIsRefused) { EXPECT_THROW((void)outputs({"x"}), CommandError); }
TEST(ExportOutputs, AFileIsNamedOnce) { EXPECT_THROW((void)outputs({"csv=x", "json=x"}), CommandError); }
TEST(ExportOutputs, AFileHasAName) { EXPECT_THROW((void)outputs({"csv="}), CommandError); }

}  // namespace
}  // namespace casweep::cli
