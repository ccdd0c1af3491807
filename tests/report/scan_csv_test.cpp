// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/scan_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>

#include "base/utf16.h"
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

TEST(ScanCsv, ForExcelIsUtf16WithTabsAndTimesThatItReads) {
  std::ostringstream out;
  write_scan_csv(out, hostile_scan(), example_backgrounds(hostile_scan()), {.reader = CsvReader::excel});
  const std::string bytes = out.str();
  ASSERT_TRUE(bytes.starts_with("\xff\xfe" + std::string("f\0o\0r\0e\0s\0t\0\t\0s\0", 16)));
  ASSERT_EQ(bytes.size() % 2, 0U);
  std::u16string units;
  for (std::size_t i = 2; i < bytes.size(); i += 2) {
    units +=
        static_cast<char16_t>(static_cast<unsigned char>(bytes[i]) | static_cast<unsigned char>(bytes[i + 1]) << 8U);
  }
  const std::string text = base::to_utf8(units);
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("T00:")));
  std::istringstream lines(text);
  std::ptrdiff_t columns = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto tabs = std::ranges::count(line, '\t');
    if (columns == 0) columns = tabs;
    EXPECT_EQ(tabs, columns) << line;
    EXPECT_EQ(line.back(), '\r');
  }
}

}  // namespace
}  // namespace casweep::report
