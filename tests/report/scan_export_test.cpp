// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/scan_export.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "report/terminal_text.h"
#include "report/utf8.h"
#include "tests/report/example_backgrounds.h"
#include "tests/report/example_scans.h"
#include "tests/report/golden.h"

namespace casweep::report::testing {
namespace {

std::string exported(ScanFormat format, ScanCount count, const std::vector<store::ScanRecord>& scans) {
  std::ostringstream out;
  ScanExport to(out, format, count);
  for (const auto& scan : scans) to.add(scan, example_backgrounds(scan));
  to.finish();
  return out.str();
}

std::string exported(ScanFormat format, const store::ScanRecord& scan) {
  return exported(format, ScanCount::one, {scan});
}

TEST(ScanExport, JsonLinesAreAsAgreed) {
  EXPECT_TRUE(is_golden("mixed.jsonl", exported(ScanFormat::jsonl, mixed_scan())));
}
TEST(ScanExport, OcsfIsAsAgreed) {
  EXPECT_TRUE(is_golden("mixed.ocsf.jsonl", exported(ScanFormat::ocsf, mixed_scan())));
  EXPECT_TRUE(is_golden("hostile.ocsf.jsonl", exported(ScanFormat::ocsf, hostile_scan())));
}
TEST(ScanExport, SarifIsAsAgreed) {
  EXPECT_TRUE(is_golden("mixed.sarif", exported(ScanFormat::sarif, mixed_scan())));
  EXPECT_TRUE(is_golden("hostile.sarif", exported(ScanFormat::sarif, hostile_scan())));
}

TEST(ScanExport, HoldsNothingATerminalObeysWhateverTheFormat) {
  for (const auto format :
       {ScanFormat::csv, ScanFormat::json, ScanFormat::jsonl, ScanFormat::ocsf, ScanFormat::sarif}) {
    const std::string text = exported(format, ScanCount::many, {hostile_scan(), mixed_scan()});
    std::string_view rest = text;
    while (!rest.empty()) {
      const auto code_point = take_code_point(rest);
      ASSERT_TRUE(code_point) << static_cast<int>(format);
      ASSERT_TRUE(*code_point == U'\n' || *code_point == U'\r' || is_visible(*code_point));
    }
  }
}

TEST(ScanExport, ManyAsJsonAreEachWhatOneIs) {
  const auto all = nlohmann::json::parse(exported(ScanFormat::json, ScanCount::many, {mixed_scan(), failed_scan()}));

  ASSERT_EQ(all["scans"].size(), 2U);
  EXPECT_EQ(all["scans"][0], nlohmann::json::parse(exported(ScanFormat::json, mixed_scan())));
}

TEST(ScanExport, ManyWithoutAnyAreStillJson) {
  EXPECT_EQ(nlohmann::json::parse(exported(ScanFormat::json, ScanCount::many, {}))["scans"].size(), 0U);
  EXPECT_EQ(nlohmann::json::parse(exported(ScanFormat::sarif, ScanCount::many, {}))["runs"].size(), 0U);
}

/// The mistake this product must not make.
TEST(ScanExport, AnUnknownCaIsNeverAPassAndNeverAFail) {
  const store::ScanRecord scan = mixed_scan();
  const auto results = nlohmann::json::parse(exported(ScanFormat::sarif, scan))["runs"][0]["results"];
  std::istringstream findings(exported(ScanFormat::ocsf, scan));
  std::string line;
  for (std::size_t i = 0; std::getline(findings, line); ++i) {
    const bool unknown = scan.cas[i].verdict.outcome == assess::Outcome::unknown;
    const auto finding = nlohmann::json::parse(line);
    EXPECT_EQ(finding["compliance"]["status_id"] == 2, unknown);
    EXPECT_EQ(finding["evidences"][0].contains("reg_key"), !unknown);
    EXPECT_EQ(results[i]["kind"] == "open", unknown);
  }
}

}  // namespace
}  // namespace casweep::report::testing
