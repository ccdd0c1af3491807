// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/name_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace casweep::base {
namespace {

TEST(NameList, CountsTheNamesThatItLeavesOut) {
  const std::vector<std::string> names{"A", "B", "C"};
  EXPECT_EQ(name_list(names, 5), "A, B, C");
  EXPECT_EQ(name_list(names, 3), "A, B, C");
  EXPECT_EQ(name_list(names, 2), "A, B and 1 more");
  EXPECT_EQ(name_list({}, 2), "");
}

}  // namespace
}  // namespace casweep::base
