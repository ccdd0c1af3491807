// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/domain_controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace casweep::discovery {
namespace {

using testing::ElementsAre;

TEST(DomainController, NamesCompareAsDnsComparesThem) {
  EXPECT_TRUE(same_host_name("DC1.Corp.Example.", "dc1.corp.example"));
  EXPECT_FALSE(same_host_name("dc1.corp.example", "dc1.corp.example.org"));
  EXPECT_FALSE(same_host_name("dc1", "dc1.corp.example"));
}

TEST(DomainController, MayBelongToTheDomainsAboveItsNameAndToTheAccounts) {
  EXPECT_THAT(domains_of_controller("DC1.child.corp.example.", "auditor@CORP.EXAMPLE"),
              ElementsAre("child.corp.example", "corp.example", "example"));
  EXPECT_THAT(domains_of_controller("dc1.dmz.example", "auditor@CORP.EXAMPLE"),
              ElementsAre("dmz.example", "example", "corp.example"));
}

TEST(DomainController, OfAnAccountWithAStrangeRealmIsLookedForByItsNameAlone) {
  EXPECT_THAT(domains_of_controller("dc1.corp.example", "auditor@A/B"), ElementsAre("corp.example", "example"));
  EXPECT_THAT(domains_of_controller("dc1.corp.example", "auditor"), ElementsAre("corp.example", "example"));
}

TEST(DomainController, RealmIsTheDomainInCapitals) { EXPECT_EQ(realm_of_domain("Corp.Example."), "CORP.EXAMPLE"); }

TEST(DomainController, AddressesAreTold) {
  EXPECT_TRUE(is_address("10.20.0.1"));
  EXPECT_TRUE(is_address("fd00::1"));
  EXPECT_FALSE(is_address("10.corp.example"));
}

}  // namespace
}  // namespace casweep::discovery
