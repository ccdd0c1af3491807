// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/scan_export.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "base/terminal_text.h"
#include "base/utf8.h"
#include "tests/report/example_backgrounds.h"
#include "tests/report/golden.h"
#include "tests/support/example_scans.h"

namespace casweep::report {

using namespace test;
namespace {

std::string exported(ScanFormat format, ScanCount count, std::initializer_list<history::ScanRecord> scans) {
  std::ostringstream out;
  ScanExport to(out, format, count);
  for (const auto& scan : scans) to.add(scan, example_backgrounds(scan), nullptr);
  to.finish();
  return out.str();
}

std::string exported(ScanFormat format, const history::ScanRecord& scan) {
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
      const auto code_point = base::take_code_point(rest);
      ASSERT_TRUE(code_point) << static_cast<int>(format);
      ASSERT_TRUE(*code_point == U'\n' || *code_point == U'\r' || base::is_visible(*code_point));
    }
  }
}

TEST(ScanExport, ManyAsJsonAreEachWhatOneIs) {
  const auto all = nlohmann::json::parse(exported(ScanFormat::json, ScanCount::many, {mixed_scan(), failed_scan()}));

  ASSERT_EQ(all["scans"].size(), 2U);
  EXPECT_EQ(all["scans"][0], nlohmann::json::parse(exported(ScanFormat::json, mixed_scan())));
}

/// A partial scan must not look like a whole one in any format that has a row a CA.
TEST(ScanExport, ACaThatWasNotReadIsThereAsUnknown) {
  const history::ScanRecord scan = partial_scan();
  const auto lines = [&](ScanFormat format) {
    const auto text = exported(format, scan);
    return static_cast<std::size_t>(std::ranges::count(text, '\n'));
  };
  EXPECT_EQ(lines(ScanFormat::csv), 1 + scan.discovered);
  EXPECT_EQ(lines(ScanFormat::jsonl), scan.discovered);
  EXPECT_EQ(lines(ScanFormat::ocsf), scan.discovered);
  EXPECT_TRUE(is_golden("partial.csv", exported(ScanFormat::csv, scan)));
  EXPECT_TRUE(is_golden("partial.ocsf.jsonl", exported(ScanFormat::ocsf, scan)));

  const auto document = nlohmann::json::parse(exported(ScanFormat::json, scan));
  EXPECT_EQ(document["cas"].size(), 1U);
  ASSERT_EQ(document["not_read"].size(), scan.discovered - 1);
  EXPECT_EQ(document["not_read"][0]["verdict"], "unknown");
  EXPECT_EQ(document["not_read"][0]["reason"], "not-read");
  EXPECT_TRUE(document["not_read"][0]["evidence"]["started_at"].is_null());
  const auto results = nlohmann::json::parse(exported(ScanFormat::sarif, scan))["runs"][0]["results"];
  ASSERT_EQ(results.size(), scan.discovered);
  EXPECT_EQ(results[1]["kind"], "open");
}

nlohmann::json sarif_against(const history::ScanRecord& scan, const history::ScanRecord* baseline) {
  std::ostringstream out;
  ScanExport to(out, ScanFormat::sarif, ScanCount::one);
  to.add(scan, example_backgrounds(scan), baseline);
  to.finish();
  return nlohmann::json::parse(out.str())["runs"][0];
}

TEST(ScanExport, SarifSaysWhatChangedSinceTheBaseline) {
  const history::ScanRecord before = mixed_scan();
  history::ScanRecord scan = mixed_scan();
  scan.cas[1].judgement = scan.cas[0].judgement;  // the second CA was fixed
  scan.cas[2].judgement.detail = "The same in other words.";
  scan.cas[3].service.object_guid = *base::ObjectGuid::from_string("8b1e0c52-0000-4000-8000-0000000000ff");

  const auto run = sarif_against(scan, &before);

  EXPECT_EQ(run["baselineGuid"], before.uuid);
  std::vector<std::string> states;
  for (const auto& result : run["results"]) states.push_back(result["baselineState"]);
  EXPECT_EQ(states, (std::vector<std::string>{"unchanged", "updated", "unchanged", "new", "unchanged", "unchanged",
                                              "unchanged", "absent"}));
  EXPECT_EQ(run["results"].back()["partialFingerprints"]["caGuid/v1"], "8b1e0c52-0000-4000-8000-000000000004");
}

TEST(ScanExport, SarifWithoutABaselineClaimsNothingAboutOne) {
  const auto run = sarif_against(mixed_scan(), nullptr);
  EXPECT_FALSE(run.contains("baselineGuid"));
  for (const auto& result : run["results"]) EXPECT_FALSE(result.contains("baselineState"));
}

TEST(ScanExport, OfAScanThatLearnedNothingNoCaIsAbsent) {
  const history::ScanRecord before = mixed_scan();
  EXPECT_EQ(sarif_against(failed_scan(), &before)["results"].size(), 0U);
}

TEST(ScanExport, RawCsvHasNoFormulaGuard) {
  std::ostringstream out;
  ScanExport to(out, ScanFormat::csv, ScanCount::one, {.guard = FormulaGuard::off});
  to.add(hostile_scan(), example_backgrounds(hostile_scan()), nullptr);
  EXPECT_NE(out.str().find("\n\"=cmd|"), std::string::npos);
  EXPECT_EQ(out.str().find("'=cmd|"), std::string::npos);
}

TEST(ScanExport, ManyWithoutAnyAreStillJson) {
  EXPECT_EQ(nlohmann::json::parse(exported(ScanFormat::json, ScanCount::many, {}))["scans"].size(), 0U);
  EXPECT_EQ(nlohmann::json::parse(exported(ScanFormat::sarif, ScanCount::many, {}))["runs"].size(), 0U);
}

/// The mistake this product must not make.
TEST(ScanExport, AnUnknownCaIsNeverAPassAndNeverAFail) {
  const history::ScanRecord scan = mixed_scan();
  const auto results = nlohmann::json::parse(exported(ScanFormat::sarif, scan))["runs"][0]["results"];
  std::istringstream findings(exported(ScanFormat::ocsf, scan));
  std::string line;
  for (std::size_t i = 0; std::getline(findings, line); ++i) {
    const bool unknown = scan.cas[i].judgement.verdict == assess::Verdict::unknown;
    const auto finding = nlohmann::json::parse(line);
    EXPECT_EQ(finding["compliance"]["status_id"] == 2, unknown);
    EXPECT_EQ(finding["evidences"][0].contains("reg_key"), !unknown);
    EXPECT_EQ(results[i]["kind"] == "open", unknown);
  }
}

}  // namespace
}  // namespace casweep::report
