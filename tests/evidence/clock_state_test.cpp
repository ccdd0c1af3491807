// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/clock_state.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace casweep::evidence {
namespace {

TEST(ClockState, IsWhatTheKernelSaysOrWhyItDoesNot) {
  const ClockState state = clock_state();
  EXPECT_EQ(state.synchronized.has_value(), state.failure.empty());
}

TEST(ClockState, ThatWasNotToldIsNotSynchronizedNorNot) {
  const auto json = clock_json({.failure = "Operation not permitted"});
  EXPECT_TRUE(json["synchronized"].is_null());
  EXPECT_TRUE(json["maximum_error_us"].is_null());
  EXPECT_EQ(json["failure"], "Operation not permitted");
}

}  // namespace
}  // namespace casweep::evidence
