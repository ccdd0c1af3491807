// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/format/scan_csv.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "tests/report/golden.h"
#include "tests/support/example_scans.h"

namespace casweep::report {

using namespace test;
namespace {

std::string csv_of(const history::ScanRecord& scan) {
  std::ostringstream out;
  write_scan_csv(out, scan);
  return out.str();
}

TEST(ScanCsv, IsAsAgreed) { EXPECT_TRUE(is_golden("mixed.csv", csv_of(mixed_scan()))); }
TEST(ScanCsv, IsAsAgreedForHostileText) { EXPECT_TRUE(is_golden("hostile.csv", csv_of(hostile_scan()))); }

TEST(ScanCsv, HasItsHeaderEvenWithoutACa) {
  const std::string csv = csv_of(failed_scan());

  EXPECT_TRUE(csv.starts_with("name,display_name,dns_host_name,verdict,reason,"));
  EXPECT_EQ(std::ranges::count(csv, '\n'), 1);
}

TEST(ScanCsv, IsALineACaWhateverItsName) {
  const std::string csv = csv_of(hostile_scan());
  EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + static_cast<std::ptrdiff_t>(hostile_scan().cas.size()));
}

}  // namespace
}  // namespace casweep::report
