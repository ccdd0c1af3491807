// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/octets.h"

#include <gtest/gtest.h>

namespace casweep::base {
namespace {

TEST(Octets, AreLowerCaseHex) { EXPECT_EQ(to_hex(Octets{0x00, 0x0a, 0xff}), "000aff"); }

TEST(Octets, OfNothingAreEmptyHex) { EXPECT_EQ(to_hex({}), ""); }

TEST(Octets, ComeFromHexInEitherCase) { EXPECT_EQ(from_hex("000aFf"), (Octets{0x00, 0x0a, 0xff})); }

TEST(Octets, OfEmptyHexAreEmpty) { EXPECT_EQ(from_hex(""), Octets{}); }

TEST(Octets, NeedAnEvenNumberOfDigits) { EXPECT_FALSE(from_hex("abc")); }

TEST(Octets, NeedHexadecimalDigits) {
  for (const auto* text : {"0g", "0x", " 0", "-1", "a/", "a:", "@a", "`a"}) EXPECT_FALSE(from_hex(text)) << text;
}

}  // namespace
}  // namespace casweep::base
