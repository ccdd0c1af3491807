// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_server.h"

#include <gtest/gtest.h>

namespace casweep::discovery {
namespace {

TEST(DirectoryServer, HasTheDefaultPortOfItsScheme) {
  EXPECT_EQ(parse_directory_server("ldap://dc1.corp.example"),
            (DirectoryServer{.ldaps = false, .host = "dc1.corp.example", .port = 389}));
  EXPECT_EQ(parse_directory_server("LDAPS://dc1.corp.example/"),
            (DirectoryServer{.ldaps = true, .host = "dc1.corp.example", .port = 636}));
}

TEST(DirectoryServer, MayHaveAnotherPort) {
  EXPECT_EQ(parse_directory_server("ldap://10.0.0.1:1389")->port, 1389);
  EXPECT_EQ(parse_directory_server("ldap://[fd00::1]:1389"),
            (DirectoryServer{.ldaps = false, .host = "fd00::1", .port = 1389}));
}

TEST(DirectoryServer, RejectsOtherUris) {
  for (const auto* uri : {"",
                          "dc1.corp.example",
                          "ldapi://%2frun%2fldapi",
                          "http://dc1",
                          "ldap:/dc1",
                          "ldap://",
                          "ldap:///",
                          "ldap://:389",
                          "ldap://dc1:",
                          "ldap://dc1:0",
                          "ldap://dc1:65536",
                          "ldap://dc1:x",
                          "ldap://dc1/dc=corp",
                          "ldap://dc1?cn",
                          "ldap://user@dc1",
                          "ldap://dc1 ldap://dc2",
                          "ldap://-dc1",
                          "ldap://dc\x1b[1",
                          "ldap://[fd00::1",
                          "ldap://[dc1]",
                          "ldap://fd00::1"}) {
    const auto server = parse_directory_server(uri);
    ASSERT_FALSE(server) << uri;
    EXPECT_EQ(server.error().kind, DirectoryErrorKind::options_unusable) << uri;
  }
}

/// It returns only some attributes of each object and does not say which are missing.
TEST(DirectoryServer, RejectsGlobalCatalogs) {
  EXPECT_FALSE(parse_directory_server("ldap://dc1:3268"));
  EXPECT_FALSE(parse_directory_server("ldaps://dc1:3269"));
}

TEST(DirectoryServer, ShowsOnlyANonDefaultPort) {
  for (const auto* uri : {"ldap://dc1", "ldaps://dc1", "ldap://dc1:636", "ldaps://[fd00::1]:1636"}) {
    EXPECT_EQ(parse_directory_server(uri)->uri(), uri);
  }
}

TEST(DomainControllers, AreOfADomainName) {
  for (const auto* domain : {"", " ", "corp.example ", "-corp", "corp/example", "ldap://dc1"}) {
    const auto servers = find_domain_controllers(domain, base::Patience{});
    ASSERT_FALSE(servers) << domain;
    EXPECT_EQ(servers.error().kind, DirectoryErrorKind::options_unusable) << domain;
  }
}

}  // namespace
}  // namespace casweep::discovery
