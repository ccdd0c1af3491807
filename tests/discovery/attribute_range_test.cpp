// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/attribute_range_internal.h"

#include <gtest/gtest.h>

namespace casweep::discovery {
namespace {

TEST(AttributeRange, HasFirstAndLast) {
  EXPECT_EQ(parse_attribute_range("certificateTemplates;range=0-1499"),
            (AttributeRange{.type = "certificateTemplates", .first = 0, .last = 1499}));
}

TEST(AttributeRange, WithAnAsteriskIsTheLast) {
  EXPECT_EQ(parse_attribute_range("member;Range=1500-*"),
            (AttributeRange{.type = "member", .first = 1500, .last = std::nullopt}));
}

TEST(AttributeRange, RejectsOtherDescriptions) {
  for (const auto* other : {"", "member", ";range=0-1", "member;binary", "member;range=", "member;range=0",
                            "member;range=-1", "member;range=0-", "member;range=3-2", "member;range=0-1x",
                            "member;range=a-b", "member;range=0-99999999999999999999"}) {
    EXPECT_FALSE(parse_attribute_range(other)) << other;
  }
}

}  // namespace
}  // namespace casweep::discovery
