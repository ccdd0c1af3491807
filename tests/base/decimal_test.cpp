// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/decimal.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace casweep::base {
namespace {

TEST(Decimal, MustBeTheWholeText) {
  EXPECT_EQ(parse_decimal<std::uint16_t>("389"), 389);
  EXPECT_EQ(parse_decimal<int>("-1"), -1);
  for (const char* text : {"", " 389", "389 ", "+389", "0x1", "3.5", "389a"}) {
    EXPECT_EQ(parse_decimal<int>(text), std::nullopt) << text;
  }
}

TEST(Decimal, RejectsNumbersOutOfRange) {
  EXPECT_EQ(parse_decimal<std::uint16_t>("65536"), std::nullopt);
  EXPECT_EQ(parse_decimal<std::uint16_t>("-1"), std::nullopt);
}

}  // namespace
}  // namespace casweep::base
