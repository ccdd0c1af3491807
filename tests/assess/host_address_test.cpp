// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/host_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace casweep::assess {
namespace {

using namespace std::chrono_literals;

TEST(HostAddress, NumericAddressesResolveToThemselves) {
  EXPECT_THAT(*resolve("192.0.2.7"), testing::ElementsAre("192.0.2.7"));
  EXPECT_THAT(*resolve("2001:db8::7"), testing::ElementsAre("2001:db8::7"));
}

TEST(HostAddress, ANameThatIsNotThereSaysSo) {
  // RFC 6761 6.4: "invalid" never resolves. A resolver that cannot be asked at all says EAI_AGAIN instead.
  const auto addresses = resolve("ca01.invalid");

  ASSERT_FALSE(addresses);
  EXPECT_EQ(addresses.error().reason, Reason::name_not_resolved);
  EXPECT_EQ(addresses.error().error.domain, "resolver");
  EXPECT_THAT(addresses.error().error.symbol, testing::AnyOf("EAI_NONAME", "EAI_NODATA", "EAI_AGAIN"));
}

TEST(HostAddress, WhatIsNoAddressCannotBeReached) {
  const auto failure = connect_failure("not an address", std::chrono::steady_clock::now() + 1s);

  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->reason, Reason::host_unreachable);
  EXPECT_EQ(failure->error.symbol, "EADDRNOTAVAIL");
}

TEST(HostAddress, WithNoneAnsweringTheFirstIsTaken) {
  EXPECT_EQ(first_to_answer({"not an address", "nor this"}, std::chrono::steady_clock::now() + 1s), "not an address");
}

}  // namespace
}  // namespace casweep::assess
