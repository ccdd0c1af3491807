// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/host_name.h"

#include <gtest/gtest.h>

#include <string>

namespace casweep::base {
namespace {

TEST(HostName, IsWhatDnsAndWindowsAllow) {
  for (const char* name : {"ca01.corp.example", "CA01", "ca_01.corp.example", "_host.corp.example", "1.2.3.4"}) {
    EXPECT_TRUE(is_host_name(name)) << name;
  }
  EXPECT_TRUE(is_host_name(std::string(253, 'a')));
}

TEST(HostName, HasNoCharactersWithASpecialMeaning) {
  for (const char* name : {"", "-rf", ".corp.example", "ca01/cifs", "ca01@CORP", "ca01:445", "fe80::1%eth0", "ca 01",
                           "ca01\n", "c\xc3\xa4.example", "[::1]"}) {
    EXPECT_FALSE(is_host_name(name)) << name;
  }
  EXPECT_FALSE(is_host_name(std::string(254, 'a')));
}

TEST(HostName, ComparesWithoutCaseAndTheRootsDot) {
  EXPECT_EQ(comparable_host_name("CA01.Corp.Example."), "ca01.corp.example");
  EXPECT_EQ(without_root_dot("CA01.corp.example."), "CA01.corp.example");
  EXPECT_EQ(without_root_dot("ca01.."), "ca01..");
  EXPECT_EQ(without_root_dot("."), ".");
  EXPECT_EQ(without_root_dot(""), "");
}

TEST(HostName, ComparesAsDnsComparesThem) {
  EXPECT_TRUE(same_host_name("DC1.Corp.Example.", "dc1.corp.example"));
  EXPECT_FALSE(same_host_name("dc1.corp.example", "dc1.corp.example.org"));
  EXPECT_FALSE(same_host_name("dc1", "dc1.corp.example"));
}

TEST(HostName, IsDistinguishedFromAddresses) {
  EXPECT_TRUE(is_address("10.20.0.1"));
  EXPECT_TRUE(is_address("fd00::1"));
  EXPECT_FALSE(is_address("10.corp.example"));
}

}  // namespace
}  // namespace casweep::base
