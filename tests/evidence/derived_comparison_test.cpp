// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/derived_comparison.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "evidence/evidence_error.h"

namespace casweep::evidence {
namespace {

using nlohmann::ordered_json;

constexpr auto by_this = WrittenBy::this_version;
constexpr auto by_another = WrittenBy::another_version;

const std::string rows =
    "name,verdict,reason,interface_flags,object_guid,scan_id\r\n"
    "\"a,\"\"b\"\"\",enforced,flag-set,0x641,g1,2\r\n";

TEST(ComparisonOfCsv, OfThisVersionIsOfEveryByte) {
  EXPECT_TRUE(compare_file("results.csv", rows, rows, by_this));
  EXPECT_THROW((void)compare_file("results.csv", rows + " ", rows, by_this), EvidenceError);
}

TEST(ComparisonOfCsv, OfAnotherVersionIsOfTheColumnsThatBothKnow) {
  const std::string more =
      "object_guid,new,verdict,reason,interface_flags,scan_id\r\n"
      "g1,\"x\",enforced,flag-set,0x641,2\r\n";
  EXPECT_FALSE(compare_file("results.csv", more, rows, by_another));
  for (const std::string& lie :
       {std::string("object_guid,verdict,reason,interface_flags,scan_id\r\ng1,not-enforced,flag-set,0x641,2\r\n"),
        std::string("object_guid,verdict,reason,interface_flags,scan_id\r\ng1,enforced,flag-set,0x441,2\r\n"),
        std::string("object_guid,verdict,reason,interface_flags,scan_id\r\n"),
        std::string("object_guid,verdict,reason,scan_id\r\ng1,enforced,flag-set,2\r\n"),
        std::string("object_guid,verdict,verdict,reason,interface_flags,scan_id\r\ng1,enforced,x,flag-set,0x641,2\r\n"),
        std::string("object_guid,verdict,reason,interface_flags,scan_id\r\ng1,enforced,flag-set,0x641\r\n"),
        std::string("object_guid,verdict,reason,interface_flags,scan_id\ng1,enforced,flag-set,0x641,2\n"),
        std::string("\"object_guid"), std::string()}) {
    EXPECT_THROW((void)compare_file("results.csv", lie, rows, by_another), EvidenceError) << lie;
  }
}

TEST(ComparisonOfLines, OfAnotherVersionIsOfTheFactsThatBothKnow) {
  const std::string line =
      R"({"scan":{"id":2,"uuid":"u","state":"complete","discovered":1,"counts":{"enforced":1}},)"
      R"("ca":{"name":"A","object_guid":"g","verdict":"enforced","reason":"flag-set","interface_flags":1601,)"
      R"("remediation":{"advice":null}}})"
      "\n";
  const auto with = [&](const std::string& before, const std::string& after) {
    auto changed = line;
    return changed.replace(changed.find(before), before.size(), after);
  };
  EXPECT_FALSE(compare_file("results.jsonl", with(R"({"advice":null})", R"({"advice":"x"})"), line, by_another));
  EXPECT_FALSE(compare_file("results.jsonl", with(R"("name":"A",)", R"("name":"A","new":1,)"), line, by_another));
  EXPECT_FALSE(compare_file("results.jsonl", with(R"("name":"A",)", ""), line, by_another));
  for (const auto& [before, after] :
       {std::pair{R"("verdict":"enforced",)", ""}, std::pair{R"("interface_flags":1601)", R"("interface_flags":1)"},
        std::pair{R"({"enforced":1})", R"({"enforced":2})"}, std::pair{R"("name":"A")", R"("name":"B")"},
        std::pair{R"("verdict":"enforced")", R"("verdict":"unknown","verdict":"enforced")"},
        std::pair{R"("verdict":"enforced")", R"("verdict": "enforced")"}, std::pair{"}}}", "}}"}}) {
    EXPECT_THROW((void)compare_file("results.jsonl", with(before, after), line, by_another), EvidenceError) << after;
  }
  EXPECT_THROW((void)compare_file("results.jsonl", line + line, line, by_another), EvidenceError);
  EXPECT_THROW((void)compare_file("results.jsonl", "", line, by_another), EvidenceError);
}

TEST(ComparisonOfThePage, OfAnotherVersionIsNone) {
  EXPECT_FALSE(compare_file("report.html", "<p>enforced", "<p>not enforced", by_another));
  EXPECT_THROW((void)compare_file("report.html", "<p>enforced", "<p>not enforced", by_this), EvidenceError);
}

TEST(ComparisonOfTheManifest, TakesOtherMembersOfAnotherVersionAlone) {
  const ordered_json derived{{"scan", {{"id", 1}}}, {"signer", nullptr}};
  ordered_json manifest = derived;
  manifest["made"] = {{"at", "x"}};
  EXPECT_TRUE(compare_manifest(manifest, derived, by_this));
  manifest["verdict"] = "all is well";
  EXPECT_THROW((void)compare_manifest(manifest, derived, by_this), EvidenceError);
  EXPECT_FALSE(compare_manifest(manifest, derived, by_another));
  manifest.erase("verdict");
  manifest["scan"]["new"] = 1;
  EXPECT_THROW((void)compare_manifest(manifest, derived, by_this), EvidenceError);
  EXPECT_FALSE(compare_manifest(manifest, derived, by_another));
  manifest["scan"]["id"] = 2;
  EXPECT_THROW((void)compare_manifest(manifest, derived, by_another), EvidenceError);
}

}  // namespace
}  // namespace casweep::evidence
