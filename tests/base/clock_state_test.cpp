// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock_state.h"

#include <gtest/gtest.h>

namespace casweep::base {
namespace {

TEST(ClockState, IsKnownOrHasAReason) {
  const ClockState state = clock_state();
  EXPECT_EQ(state.synchronized.has_value(), state.failure.empty());
}

}  // namespace
}  // namespace casweep::base
