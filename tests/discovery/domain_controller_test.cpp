// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/domain_controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace casweep::discovery {
namespace {

using testing::ElementsAre;

TEST(DomainController, MayBelongToItsParentDomainsOrToTheAccountsDomain) {
  EXPECT_THAT(domains_of_controller("DC1.child.corp.example.", "auditor@CORP.EXAMPLE"),
              ElementsAre("child.corp.example", "corp.example", "example"));
  EXPECT_THAT(domains_of_controller("dc1.dmz.example", "auditor@CORP.EXAMPLE"),
              ElementsAre("dmz.example", "example", "corp.example"));
}

TEST(DomainController, IsFoundByItsNameAloneIfTheRealmIsNoDomain) {
  EXPECT_THAT(domains_of_controller("dc1.corp.example", "auditor@A/B"), ElementsAre("corp.example", "example"));
  EXPECT_THAT(domains_of_controller("dc1.corp.example", "auditor"), ElementsAre("corp.example", "example"));
}

}  // namespace
}  // namespace casweep::discovery
