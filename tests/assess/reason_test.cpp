// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace casweep::assess {
namespace {

TEST(Verdict, IsCompliantIfEnforcedOrNotExposed) {
  EXPECT_TRUE(is_compliant(Verdict::enforced));
  EXPECT_TRUE(is_compliant(Verdict::not_exposed));
  EXPECT_FALSE(is_compliant(Verdict::not_enforced));
  EXPECT_FALSE(is_compliant(Verdict::unknown));
}

TEST(Verdict, IsListedInTheOrderOfReports) {
  EXPECT_THAT(all_verdicts(),
              testing::ElementsAre(Verdict::enforced, Verdict::not_enforced, Verdict::not_exposed, Verdict::unknown));
}

}  // namespace
}  // namespace casweep::assess
