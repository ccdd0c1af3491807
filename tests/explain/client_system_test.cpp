// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/client_system.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace casweep::explain {
namespace {

using Named = std::initializer_list<std::pair<const char*, const char*>>;  // operatingSystem, operatingSystemVersion

void expect_all(const Named& computers, ClientSystem expected) {
  for (const auto& [name, version] : computers) {
    EXPECT_EQ(client_system_of(name, version), expected) << name << ", " << version;
  }
}

TEST(ClientSystem, IsOlderThanXp) {
  expect_all({{"Windows 2000 Professional", "5.0 (2195)"},
              {"Windows 2000 Server", ""},
              {"Windows NT", "4.0"},
              {"Windows Embedded", "5.0 (2195)"}},
             ClientSystem::before_xp);
}

TEST(ClientSystem, IsXpOr2003) {
  expect_all({{"Windows XP Professional", "5.1 (2600)"},
              {"Windows Server 2003", "5.2 (3790)"},
              {"Windows Server\xc2\xae 2003 R2, Standard Edition", ""},
              {"Windows Storage Server 2003", ""},
              {"WINDOWS XP EMBEDDED", ""},
              {"Windows Embedded Standard", "5.1 (2600)"}},
             ClientSystem::xp_or_2003);
}

TEST(ClientSystem, IsLater) {
  expect_all({{"Windows Vista\xe2\x84\xa2 Business", "6.0 (6002)"},
              {"Windows 7 Professional", ""},
              {"Windows 8.1 Pro", ""},
              {"Windows 10 Enterprise", "10.0 (19045)"},
              {"Windows 11 Enterprise", ""},
              {"Windows Server\xc2\xae 2008 Standard", ""},
              {"Windows Server 2012 R2 Standard", ""},
              {"Windows Server 2025 Datacenter", "10.0 (26100)"},
              {"Hyper-V Server 2012", "6.2 (9200)"},
              {"Windows of the future", "11.0 (1)"}},
             ClientSystem::later);
}

TEST(ClientSystem, IsTheOlderOneIfNameAndVersionDisagree) {
  EXPECT_EQ(client_system_of("Windows 10 Enterprise", "5.0 (2195)"), ClientSystem::before_xp);
  EXPECT_EQ(client_system_of("Windows XP Professional", "10.0 (19045)"), ClientSystem::xp_or_2003);
}

TEST(ClientSystem, IsUnreportedWithoutData) { expect_all({{"", ""}, {"", "5.1"}}, ClientSystem::unreported); }

TEST(ClientSystem, IsOtherWithoutWindows) {
  expect_all({{"pc-linux-gnu", "6.1"}, {"Samba", "4.17.12"}, {"Mac OS X", "10.15"}, {"NetApp Release 9.1", "5.0"}},
             ClientSystem::other);
}

/// Not "later": a Windows version of unknown age is not known to be new enough.
TEST(ClientSystem, IsUnrecognisedIfItsAgeIsUnknown) {
  expect_all({{"Windows", ""},
              {"Windows Embedded", "Service Pack 3"},
              {"Windows", "0.0"},
              {"Windows", "5,1"},
              {"Windows", "5."},
              {"Windows", "99999999999.0"}},
             ClientSystem::unrecognised);
}

}  // namespace
}  // namespace casweep::explain
