// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/advice_internal.h"

#include <gtest/gtest.h>

#include <set>

namespace casweep::assess {
namespace {

TEST(Advice, HasOneEntryForEachReason) {
  std::set<Reason> seen;
  for (const Advice& advice : all_advice()) EXPECT_TRUE(seen.insert(advice.reason).second) << word_of(advice.reason);
}

/// It is about a CA's host.
TEST(Advice, NeverSpeaksOfADomainController) {
  for (const Advice& advice : all_advice())
    EXPECT_EQ(advice.sentence.find("domain controller"), std::string_view::npos) << word_of(advice.reason);
}

}  // namespace
}  // namespace casweep::assess
