// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/filetime.h"

#include <gtest/gtest.h>

#include <limits>

namespace casweep::base {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

constexpr sys_seconds day = sys_days(2026y / November / 23);

TEST(Filetime, IsCountedFrom1601) {
  EXPECT_EQ(from_filetime(134'084'960'340'000'000), sys_days(2025y / November / 24) + 22h + 13min + 54s);
  EXPECT_EQ(from_filetime(to_filetime(day)), day);
}

TEST(Filetime, DropsFractionsOfASecond) { EXPECT_EQ(from_filetime(to_filetime(day) + 9'999'999), day); }

TEST(Filetime, OfZeroOrBefore1970IsNever) {
  EXPECT_EQ(from_filetime(0), std::nullopt);
  EXPECT_EQ(from_filetime(to_filetime(sys_seconds{})), std::nullopt);
  EXPECT_EQ(from_filetime(to_filetime(sys_seconds{1s})), sys_seconds{1s});
}

TEST(Filetime, AcceptsAnyNumber) { EXPECT_TRUE(from_filetime(std::numeric_limits<std::uint64_t>::max())); }

}  // namespace
}  // namespace casweep::base
