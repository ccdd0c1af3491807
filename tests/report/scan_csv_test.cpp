// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/scan_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "tests/report/example_backgrounds.h"
#include "tests/report/golden.h"
#include "tests/support/example_scans.h"

namespace casweep::report {

using namespace test;
namespace {

std::string csv_of(const history::ScanRecord& scan) {
  std::ostringstream out;
  write_scan_csv(out, scan, example_backgrounds(scan));
  return out.str();
}

TEST(ScanCsv, IsAsAgreed) { EXPECT_TRUE(is_golden("mixed.csv", csv_of(mixed_scan()))); }
TEST(ScanCsv, IsAsAgreedForHostileText) { EXPECT_TRUE(is_golden("hostile.csv", csv_of(hostile_scan()))); }

TEST(ScanCsv, HasItsHeaderEvenWithoutACa) {
  const std::string csv = csv_of(failed_scan());

  EXPECT_TRUE(csv.starts_with("forest,scan_id,scan_started_at,ca,dns_host_name,verdict,reason,status,since,"));
  EXPECT_EQ(std::ranges::count(csv, '\n'), 1);
}

TEST(ScanCsv, IsALineACaWhateverItsName) {
  const std::string csv = csv_of(hostile_scan());
  EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + static_cast<std::ptrdiff_t>(hostile_scan().cas.size()));
}

TEST(ScanCsv, WithoutTheHistoryHasEmptyCellsAndNoGuess) {
  std::ostringstream out;
  write_scan_csv(out, mixed_scan(), {});
  EXPECT_THAT(out.str(), ::testing::HasSubstr(",flag-clear,,,,,,,,0x"));
}

TEST(ScanCsv, HasStatusCodesOfWindowsInHexadecimal) {
  EXPECT_THAT(csv_of(mixed_scan()), ::testing::HasSubstr(",win32,5,ERROR_ACCESS_DENIED,"));
  auto scan = mixed_scan();
  for (history::Observation& ca : scan.cas) {
    if (!ca.reading || ca.reading->result) continue;
    ca.reading->result.error().error = {"ntstatus", 0xC0000034, "STATUS_OBJECT_NAME_NOT_FOUND"};
  }
  EXPECT_THAT(csv_of(scan), ::testing::HasSubstr(",ntstatus,0xC0000034,STATUS_OBJECT_NAME_NOT_FOUND,"));
}

}  // namespace
}  // namespace casweep::report
