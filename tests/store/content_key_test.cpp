// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "store/content_key_internal.h"

namespace casweep::store {
namespace {

TEST(ContentKey, DependsOnWhereAPartEnds) {
  Content left;
  Content right;
  left.add("ab").add("c");
  right.add("a").add("bc");
  EXPECT_NE(left.key(), right.key());
}

TEST(ContentKey, TellsNoNumberFromZero) {
  Content left;
  Content right;
  left.add(std::optional<std::int64_t>{});
  right.add(std::optional<std::int64_t>{0});
  EXPECT_NE(left.key(), right.key());
}

}  // namespace
}  // namespace casweep::store
