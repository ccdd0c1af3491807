// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/host_lookup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

namespace casweep::base {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(HostLookup, GivesTheAddressesOfEachHost) {
  const auto lookups =
      look_up_hosts(std::vector<std::string>{"127.0.0.1", "no such host"}, LookUp::addresses_and_names, Patience{});
  ASSERT_TRUE(lookups);
  ASSERT_THAT(*lookups, SizeIs(2));
  EXPECT_EQ(lookups->front().host, "127.0.0.1");
  ASSERT_THAT(lookups->front().addresses, SizeIs(1));
  EXPECT_EQ(lookups->front().addresses.front().address, "127.0.0.1");
  EXPECT_EQ(lookups->front().error, 0);
  EXPECT_THAT(lookups->back().addresses, IsEmpty());
  EXPECT_NE(lookups->back().error, 0);
}

TEST(HostLookup, EndsWithASignal) {
  const volatile std::sig_atomic_t raised = 1;
  const auto lookups =
      look_up_hosts(std::vector<std::string>{"127.0.0.1"}, LookUp::addresses, Patience{.stop = StopSignal(raised)});
  ASSERT_FALSE(lookups);
  EXPECT_EQ(lookups.error().kind, TcpFailure::Kind::interrupted);
}

}  // namespace
}  // namespace casweep::base
