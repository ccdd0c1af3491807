// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/object_guid.h"

#include <gtest/gtest.h>

#include "base/octets.h"

namespace casweep::base {
namespace {

const Octets wire = {0x52, 0x0c, 0x1e, 0x8b, 0x34, 0x12, 0x78, 0x56, 0x9a, 0xbc, 0xde, 0xf0, 0x01, 0x02, 0x03, 0x04};
constexpr auto spelled = "8b1e0c52-1234-5678-9abc-def001020304";

TEST(ObjectGuid, SwapsItsFirstThreeFieldsInText) { EXPECT_EQ(ObjectGuid::from_octets(wire)->to_string(), spelled); }

TEST(ObjectGuid, OfTextEqualsThatOfTheWire) {
  EXPECT_EQ(ObjectGuid::from_string(spelled), ObjectGuid::from_octets(wire));
}

TEST(ObjectGuid, IsTheSameInEitherCase) {
  EXPECT_EQ(ObjectGuid::from_string("8B1E0C52-1234-5678-9ABC-DEF001020304"), ObjectGuid::from_string(spelled));
}

TEST(ObjectGuid, HasSixteenBytes) {
  EXPECT_FALSE(ObjectGuid::from_octets(Octets(15)));
  EXPECT_FALSE(ObjectGuid::from_octets(Octets(17)));
  EXPECT_FALSE(ObjectGuid::from_octets({}));
}

TEST(ObjectGuid, RejectsOtherText) {
  for (const auto* other : {"", "{8b1e0c52-1234-5678-9abc-def001020304}", "8b1e0c5212345678-9abc-def0010203040000",
                            "8b1e0c52-1234-5678-9abc-def00102030g", "8b1e0c521-234-5678-9abc-def001020304",
                            "8b1e0c52-1234-5678-9abc-def0010203041"}) {
    EXPECT_FALSE(ObjectGuid::from_string(other)) << other;
  }
}

}  // namespace
}  // namespace casweep::base
