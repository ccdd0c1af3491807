// SPDX-License-Identifier: GPL-3.0-or-later
#include "explain/active_computers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ldap.h>

#include "explain/active_computers_internal.h"
#include "tests/support/fake_directory.h"

namespace casweep::explain {

using namespace test;
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using Client = test::FakeDirectory::Client;
using Kind = discovery::DirectoryErrorKind;
using testing::HasSubstr;

const discovery::ForestDomain corp_domain{"DC=corp,DC=example", "corp.example"};
const discovery::ForestDomain child_domain{"DC=child,DC=corp,DC=example", "child.corp.example"};
constexpr sys_seconds since = sys_days(2026y / October / 9);

tl::expected<ActiveComputers, discovery::DirectoryError> computers_of(std::function<void(Client&)> behave) {
  const test::FakeDirectory fake(std::move(behave));
  auto connection = discovery::DirectoryConnection::open(
      fake.server(), {.domain = {}, .servers = {}, .ca_cert = {}, .patience = {2s}});
  if (!connection) return tl::unexpected(connection.error());
  return read_active_computers(*connection, corp_domain, since, 2);
}

/// Answers the query for the domain's own entry.
void give_domain(Client& client, const Client::Attributes& attributes) {
  const auto head = client.receive();
  client.entry(*head, head->base, attributes);
  client.result(*head);
}

TEST(ActiveComputers, AreOfEveryPage) {
  const auto active = computers_of([](Client& client) {
    give_domain(client, {{"msDS-LogonTimeSyncInterval", {"21"}}});
    for (const auto* cookie : {"more", ""}) {
      const auto search = client.receive();
      client.entry(*search, "CN=A", {{"cn", {"A"}}, {"operatingSystem", {"Windows 10"}}});
      client.entry(*search, "CN=B", {{"cn", {"B"}}});
      client.result(*search, LDAP_SUCCESS, cookie);
    }
    client.wait_until_gone();
  });

  ASSERT_TRUE(active) << active.error().message;
  EXPECT_EQ(active->computers.size(), 4U);
  EXPECT_EQ(active->computers[2].operating_system, "Windows 10");
  EXPECT_EQ(active->logon_time_sync_interval, days(21));
}

TEST(ActiveComputers, AreListedEvenWithoutALogonTimeSyncInterval) {
  const auto active = computers_of([](Client& client) {
    give_domain(client, {{"objectClass", {"domain"}}});
    const auto search = client.receive();
    client.result(*search, LDAP_SUCCESS, "");
    client.wait_until_gone();
  });

  ASSERT_TRUE(active) << active.error().message;
  EXPECT_FALSE(active->logon_time_sync_interval);
}

/// An incomplete list could hide old computers.
TEST(ActiveComputers, OfAnIncompleteListAreAnError) {
  const auto active = computers_of([](Client& client) {
    give_domain(client, {});
    const auto first = client.receive();
    client.entry(*first, "CN=A", {{"cn", {"A"}}});
    client.result(*first, LDAP_SUCCESS, "more");
    const auto second = client.receive();
    client.result(*second, LDAP_ADMINLIMIT_EXCEEDED, "");
    client.wait_until_gone();
  });

  ASSERT_FALSE(active);
  EXPECT_EQ(active.error().kind, Kind::listing_truncated);
}

TEST(ActiveComputers, AreNotRequestedFromAnUnnamedServerWithAPassword) {
  const logon::Account password{
      .logon = logon::Logon::ntlm, .principal = "a@CORP.EXAMPLE", .ccache = {}, .password = base::Secret("p")};
  discovery::Listing listing;
  listing.domain_naming_context = corp_domain.naming_context;

  const auto active = list_active_computers({.domain = "corp.example", .servers = {}, .ca_cert = {}, .patience = {}},
                                            password, listing, child_domain, since);

  ASSERT_FALSE(active);
  EXPECT_EQ(active.error().kind, Kind::protection_refused);
  EXPECT_THAT(active.error().message, HasSubstr("child.corp.example"));
}

TEST(ActiveComputers, OfADomainWithoutADnsNameCannotBeRequested) {
  const auto active = list_active_computers({.domain = "corp.example", .servers = {}, .ca_cert = {}, .patience = {}},
                                            logon::Account{}, {}, {"DC=nameless\x1b", ""}, since);

  ASSERT_FALSE(active);
  EXPECT_EQ(active.error().kind, Kind::malformed_answer);
  EXPECT_THAT(active.error().message, HasSubstr("DC=nameless?"));
}

}  // namespace
}  // namespace casweep::explain
