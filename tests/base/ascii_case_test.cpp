// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ascii_case.h"

#include <gtest/gtest.h>

namespace casweep::base {
namespace {

TEST(AsciiCase, IsIgnoredInAPrefix) {
  EXPECT_TRUE(starts_with_but_for_case("LDAPS://dc1", "ldaps://"));
  EXPECT_TRUE(starts_with_but_for_case("ldaps://", "ldaps://"));
  EXPECT_FALSE(starts_with_but_for_case("ldap", "ldaps://"));
  EXPECT_FALSE(starts_with_but_for_case("", "l"));
}

}  // namespace
}  // namespace casweep::base
