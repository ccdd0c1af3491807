// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/iso_time.h"

#include <gtest/gtest.h>

namespace casweep::base {
namespace {

using namespace std::chrono;

TEST(IsoTime, IsUtcWithMilliseconds) {
  EXPECT_EQ(iso_time(sys_days{2024y / February / 29} + 23h + 59min + 58s + 7ms), "2024-02-29T23:59:58.007Z");
}

TEST(IsoTime, CoversTimesBeforeTheEpoch) {
  EXPECT_EQ(iso_time(sys_days{1601y / January / 1} - 1ms), "1600-12-31T23:59:59.999Z");
}

TEST(IsoTime, IsEmptyOutsideFourDigitYears) {
  EXPECT_EQ(iso_time(sys_days{9999y / December / 31} + 24h - 1ms), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(iso_time(sys_days{9999y / December / 31} + 24h), "");
  EXPECT_EQ(iso_time(sys_days{year{0} / January / 1} - 1ms), "");
  EXPECT_EQ(iso_time(sys_time<milliseconds>::max()), "");
}

}  // namespace
}  // namespace casweep::base
