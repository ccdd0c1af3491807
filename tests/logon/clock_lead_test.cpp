// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/clock_lead.h"

#include <gtest/gtest.h>

namespace casweep::logon {
namespace {

using namespace std::chrono_literals;

TEST(ClockLead, IsTooFarBeyondFiveMinutesEitherWay) {
  for (const std::chrono::seconds lead : {0s, 300s, -300s}) EXPECT_FALSE(is_too_far(lead)) << lead.count();
  for (const std::chrono::seconds lead : {301s, -301s}) EXPECT_TRUE(is_too_far(lead)) << lead.count();
}

TEST(ClockLead, SaysWhichWayAndHowMuch) {
  EXPECT_EQ(text_of_lead(301s), "5 min 1 s ahead of");
  EXPECT_EQ(text_of_lead(-10min), "10 min 0 s behind");
  EXPECT_EQ(text_of_lead(20min + 59s), "20 min ahead of");
  EXPECT_EQ(text_of_lead(-61min), "61 min behind");
}

}  // namespace
}  // namespace casweep::logon
