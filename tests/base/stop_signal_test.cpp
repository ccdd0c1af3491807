// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/stop_signal.h"

#include <gtest/gtest.h>

namespace casweep::base {
namespace {

TEST(StopSignal, FollowsTheFlagOfTheHandler) {
  volatile std::sig_atomic_t flag = 0;
  const StopSignal stop(flag);

  EXPECT_FALSE(stop.is_raised());
  flag = SIGTERM;
  EXPECT_TRUE(stop.is_raised());
}

TEST(StopSignal, IsNeverRaisedWithoutAFlag) { EXPECT_FALSE(StopSignal().is_raised()); }

}  // namespace
}  // namespace casweep::base
