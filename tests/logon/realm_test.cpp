// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/realm.h"

#include <gtest/gtest.h>

namespace casweep::logon {
namespace {

TEST(Realm, IsTheDomainInCapitals) { EXPECT_EQ(realm_of_domain("Corp.Example."), "CORP.EXAMPLE"); }

}  // namespace
}  // namespace casweep::logon
