// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "tests/support/history_testing.h"

namespace casweep::history {

using namespace test;
namespace {

TEST(ScanRecord, CountsUnknownAsNotAssessed) {
  ScanRecord scan;
  scan.cas = {enforced_example(1, "A"), unknown_example(2, "B", assess::Reason::timed_out), enforced_example(3, "C")};

  EXPECT_EQ(scan.assessed(), 2u);
  EXPECT_EQ(scan.count(assess::Verdict::unknown), 1u);
  EXPECT_EQ(scan.count(assess::Verdict::not_enforced), 0u);
}

}  // namespace
}  // namespace casweep::history
