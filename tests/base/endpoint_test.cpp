// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/endpoint.h"

#include <gtest/gtest.h>

namespace casweep::base {
namespace {

TEST(Endpoint, HasTheDefaultPortUnlessItNamesOne) {
  EXPECT_EQ(parse_endpoint("dc1.corp.example", 88), (Endpoint{"dc1.corp.example", 88}));
  EXPECT_EQ(parse_endpoint("dc1.corp.example:1088", 88), (Endpoint{"dc1.corp.example", 1088}));
  EXPECT_EQ(parse_endpoint("192.0.2.7", 88), (Endpoint{"192.0.2.7", 88}));
  EXPECT_EQ(parse_endpoint("[2001:db8::7]", 88), (Endpoint{"2001:db8::7", 88}));
}

TEST(Endpoint, HasNoDotOfAnAbsoluteName) {
  EXPECT_EQ(parse_endpoint("dc1.corp.example.:389", 88), (Endpoint{"dc1.corp.example", 389}));
}

TEST(Endpoint, IsNoOtherText) {
  for (const auto* text : {"", ":88", "dc1:", "dc1:0", "dc1:65536", "dc1:x", "[dc1]", "[192.0.2.7]", "[2001:db8::7",
                           "[2001:db8::7]88", "2001:db8::7", "https://proxy", "udp/dc1", "d c1"}) {
    EXPECT_EQ(parse_endpoint(text, 88), std::nullopt) << text;
  }
}

TEST(Endpoint, IsWrittenAsItIsRead) {
  for (const auto* text : {"dc1.corp.example:88", "192.0.2.7:88", "[2001:db8::7]:1088"}) {
    EXPECT_EQ(endpoint_text(*parse_endpoint(text, 389)), text);
  }
}

}  // namespace
}  // namespace casweep::base
