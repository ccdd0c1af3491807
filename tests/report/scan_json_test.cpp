// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/json/scan_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "base/terminal_text.h"
#include "base/utf8.h"
#include "tests/report/example_backgrounds.h"
#include "tests/report/golden.h"
#include "tests/support/example_scans.h"

namespace casweep::report {

using namespace test;
namespace {

std::string json_of(const history::ScanRecord& scan) {
  std::ostringstream out;
  write_scan_json(out, scan, example_backgrounds(scan));
  return out.str();
}

// The golden files are also what CTest validates against schema/json/casweep-scan.schema.json.
TEST(ScanJson, IsAsAgreed) { EXPECT_TRUE(is_golden("mixed.json", json_of(mixed_scan()))); }
TEST(ScanJson, IsAsAgreedForHostileText) { EXPECT_TRUE(is_golden("hostile.json", json_of(hostile_scan()))); }
TEST(ScanJson, IsAsAgreedForAFailedScan) { EXPECT_TRUE(is_golden("failed.json", json_of(failed_scan()))); }

TEST(ScanJson, IsAsAgreedForAPartialScan) { EXPECT_TRUE(is_golden("partial.json", json_of(partial_scan()))); }

TEST(ScanJson, HoldsNothingATerminalObeys) {
  const std::string text = json_of(hostile_scan());
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto code_point = base::take_code_point(rest);
    ASSERT_TRUE(code_point);
    ASSERT_TRUE(*code_point == U'\n' || base::is_visible(*code_point));
  }
}

TEST(ScanJson, KeepsTheExactText) {
  const auto parsed = nlohmann::json::parse(json_of(hostile_scan()));

  EXPECT_EQ(parsed["cas"][0]["name"].get<std::string>(),
            "=cmd|'/C calc'!A0\x1b[2J\r\n\x07\u202e\u009b31m \",\"\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd");
}

/// The mistake this product must not make: an InterfaceFlags that was not read is null, never 0.
TEST(ScanJson, FlagsThatWereNotReadAreNull) {
  const auto document = scan_json(mixed_scan(), {});

  EXPECT_TRUE(document["cas"][2]["interface_flags"].is_null());
  EXPECT_TRUE(document["cas"][4]["interface_flags"].is_null());
  EXPECT_EQ(document["cas"][0]["interface_flags"], 0x641);
}

TEST(ScanJson, AnEmptyValueIsNotAnAbsentOne) {
  history::ScanRecord scan = mixed_scan();
  scan.cas[0].reading->result->interface_flags = winreg::RegistryValue{.type = 4, .data = {}};

  EXPECT_EQ(scan_json(scan, {})["cas"][0]["evidence"]["value_hex"], "");
  EXPECT_TRUE(scan_json(scan, {})["cas"][2]["evidence"]["value_hex"].is_null());
}

}  // namespace
}  // namespace casweep::report
