// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/enrollment_listing_internal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ldap.h>

#include "fake_directory.h"

namespace casweep::discovery {
namespace {

using namespace std::chrono_literals;
using Client = FakeDirectory::Client;
using Kind = DirectoryErrorKind;

const std::string one_guid(16, '\x01');
const std::string another_guid(16, '\x02');

tl::expected<Listing, DirectoryError> list_from(std::function<void(Client&)> behave) {
  const FakeDirectory fake(std::move(behave));
  auto connection =
      DirectoryConnection::open(fake.server(), {.domain = {}, .servers = {}, .ca_cert = {}, .patience = {2s}});
  if (!connection) return tl::unexpected(connection.error());
  return read_listing(*connection, 500);
}

/// A directory with these CAs, of whom only cn and objectGUID are known.
std::function<void(Client&)> with_services(std::vector<std::pair<std::string, std::string>> services) {
  return [services = std::move(services)](Client& client) {
    const auto root = client.receive();
    client.root_dse(*root);
    const auto search = client.receive();
    for (const auto& [name, guid] : services) {
      client.entry(*search, "CN=" + name + "," + search->base, {{"cn", {name}}, {"objectGUID", {guid}}});
    }
    client.result(*search, LDAP_SUCCESS, "");
    client.wait_until_gone();
  };
}

/// A server whose rootDSE has these attributes.
std::function<void(Client&)> with_root_dse(Client::Attributes attributes) {
  return [attributes = std::move(attributes)](Client& client) {
    const auto root = client.receive();
    client.entry(*root, "", attributes);
    client.result(*root);
    client.wait_until_gone();
  };
}

TEST(EnrollmentListing, IsSortedByCommonName) {
  const auto listing = list_from(with_services({{"B", one_guid}, {"A", another_guid}}));

  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_EQ(listing->services.front().common_name, "A");
  EXPECT_EQ(listing->entries_returned, 2U);
}

TEST(EnrollmentListing, SaysWhereItLooked) {
  const auto listing = list_from(with_services({{"A", one_guid}}));

  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_EQ(listing->forest, "corp.example");
  EXPECT_THAT(listing->directory_server, testing::StartsWith("ldap://dc1.corp.example"));
  EXPECT_EQ(listing->base,
            "CN=Enrollment Services,CN=Public Key Services,CN=Services,CN=Configuration,DC=corp,DC=example");
}

TEST(EnrollmentListing, WithoutACaIsAnError) {
  const auto listing = list_from(with_services({}));

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::no_enrollment_services);
}

TEST(EnrollmentListing, WithTheSameObjectTwiceIsAnError) {
  const auto listing = list_from(with_services({{"A", one_guid}, {"B", one_guid}}));

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::malformed_answer);
}

TEST(EnrollmentListing, WithACaOfNoIdentityIsAnError) {
  const auto listing = list_from(with_services({{"A", one_guid}, {"B", "short"}}));

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::malformed_answer);
}

TEST(EnrollmentListing, OfADirectoryThatIsNotActiveDirectoryIsAnError) {
  const auto listing = list_from(with_root_dse({{"namingContexts", {"dc=corp,dc=example"}}}));

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::malformed_answer);
}

TEST(EnrollmentListing, NeedsPagedResults) {
  const auto listing = list_from(with_root_dse({{"configurationNamingContext", {"CN=Configuration,DC=corp,DC=example"}},
                                                {"rootDomainNamingContext", {"DC=corp,DC=example"}},
                                                {"dnsHostName", {"dc1.corp.example"}},
                                                {"supportedControl", {"1.2.840.113556.1.4.801"}}}));

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::malformed_answer);
}

}  // namespace
}  // namespace casweep::discovery
