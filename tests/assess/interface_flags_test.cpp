// SPDX-License-Identifier: GPL-3.0-or-later
#include "assess/interface_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace casweep::assess {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// [MS-CSRA] 3.1.4.2.14. Public copies of this table have bits left out and shifted; these are the ones that matter.
TEST(InterfaceFlags, HaveTheSpecificationsBits) {
  EXPECT_EQ(IF_NOREMOTEICERTREQUEST, 0x2U);
  EXPECT_EQ(IF_NORPCICERTREQUEST, 0x8U);
  EXPECT_EQ(IF_NOSNAPSHOTBACKUP, 0x100U);
  EXPECT_EQ(IF_ENFORCEENCRYPTICERTREQUEST, 0x200U);
  EXPECT_EQ(IF_ENFORCEENCRYPTICERTADMIN, 0x400U);
  EXPECT_EQ(IF_ENABLEADMINASAUDITOR, 0x1000U);
}

TEST(InterfaceFlags, AreNamedLowestFirst) {
  EXPECT_THAT(InterfaceFlags(0x641).names(),
              ElementsAre("IF_LOCKICERTREQUEST", "IF_NOREMOTEICERTADMINBACKUP", "IF_ENFORCEENCRYPTICERTREQUEST",
                          "IF_ENFORCEENCRYPTICERTADMIN"));
  EXPECT_THAT(InterfaceFlags(0).names(), IsEmpty());
}

TEST(InterfaceFlags, UnknownBitsAreShownRaw) {
  EXPECT_THAT(InterfaceFlags(0x80002000).names(), ElementsAre("0x2000", "0x80000000"));
}

TEST(InterfaceFlags, AreWrittenInHexadecimal) {
  EXPECT_EQ(InterfaceFlags(0x641).to_string(), "0x641");
  EXPECT_EQ(InterfaceFlags(0).to_string(), "0x0");
  EXPECT_EQ(InterfaceFlags(0xFFFFFFFF).to_string(), "0xffffffff");
}

}  // namespace
}  // namespace casweep::assess
