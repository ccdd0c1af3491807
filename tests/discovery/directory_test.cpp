// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/support/fake_directory.h"

namespace casweep::discovery {

using namespace test;
namespace {

using namespace std::chrono_literals;
using Kind = DirectoryErrorKind;
using testing::HasSubstr;

const logon::Account password_account{.logon = logon::Logon::ntlm,
                                      .principal = "auditor@CORP.EXAMPLE",
                                      .ccache = {},
                                      .password = base::Secret("Passw0rd")};

DirectoryOptions asking(std::vector<std::string> servers) {
  return {.domain = {}, .servers = std::move(servers), .ca_cert = {}, .patience = {1s}};
}

/// Nothing listens on port 1 of this host.
constexpr auto dead = "ldap://127.0.0.1:1";

TEST(Directory, WithoutServerOrDomainIsAnError) {
  const auto listing = list_enrollment_services(asking({}), password_account);

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::options_unusable);
}

TEST(Directory, GetsNoPasswordIfOnlyDnsNamesTheServer) {
  DirectoryOptions options = asking({});
  options.domain = "corp.example";
  options.start_tls = true;
  options.ca_cert = "/nonexistent/root.pem";

  const auto listing = list_enrollment_services(options, password_account);

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::protection_refused);
  EXPECT_THAT(listing.error().message, HasSubstr("nothing was sent"));
}

TEST(Directory, IsNotQueriedIfOneServerIsInvalid) {
  const auto listing = list_enrollment_services(asking({dead, "http://dc1"}), password_account);

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::options_unusable);
}

TEST(Directory, SaysHowManyServersWereTried) {
  const auto listing = list_enrollment_services(asking({dead, dead}), password_account);

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::unreachable);
  EXPECT_THAT(listing.error().message, HasSubstr("None of the 2"));
}

TEST(Directory, ContinuesAfterADeadServer) {
  const test::FakeDirectory fake([](test::FakeDirectory::Client& client) { client.wait_until_gone(); });

  const auto listing = list_enrollment_services(asking({dead, fake.server().uri()}), password_account);

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::protection_refused);  // from the fake, which has no TLS
}

/// The fake offers no TLS, so the password is not sent to it, nor to any other server.
TEST(Directory, StopsAtARefusal) {
  std::atomic<int> asked = 0;
  const test::FakeDirectory first([](test::FakeDirectory::Client& client) { client.wait_until_gone(); });
  // On a busy machine it is connected to, because the first one is slow to accept; but nothing may be sent to it.
  const test::FakeDirectory second([&asked](test::FakeDirectory::Client& client) {
    if (client.wait_until_gone() > 0) ++asked;
  });

  const auto listing =
      list_enrollment_services(asking({first.server().uri(), second.server().uri()}), password_account);

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::protection_refused);
  EXPECT_EQ(asked, 0);
}

}  // namespace
}  // namespace casweep::discovery
