// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/enrollment_listing_internal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ldap.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "tests/support/fake_directory.h"
#include "tests/support/history_testing.h"

namespace casweep::discovery {

using namespace test;
namespace {

using namespace std::chrono_literals;
using Client = test::FakeDirectory::Client;
using Kind = DirectoryErrorKind;

const std::string one_guid(16, '\x01');
const std::string another_guid(16, '\x02');

tl::expected<Listing, DirectoryError> list_from(std::function<void(Client&)> behave,
                                                const std::vector<EnrollmentService>& known = {},
                                                const base::Patience& patience = {2s}, const ListingCheck& check = {}) {
  const test::FakeDirectory fake(std::move(behave));
  auto connection =
      DirectoryConnection::open(fake.server(), {.domain = {}, .servers = {}, .ca_cert = {}, .patience = patience});
  if (!connection) return tl::unexpected(connection.error());
  return read_listing(*connection, 500, known, check);
}

const std::string configuration = "CN=Configuration,DC=corp,DC=example";
const std::string container = "CN=Enrollment Services,CN=Public Key Services,CN=Services," + configuration;

/// The content of a directory and its answers. Its CAs have only cn and objectGUID.
struct Forest {
  using Answer = std::function<void(Client&, const test::FakeDirectory::Search&)>;

  std::vector<std::pair<std::string, std::string>> services;  ///< cn and objectGUID
  std::vector<std::string> unreadable;                        ///< objects of the container: extended names
  std::map<std::string, Answer> look_ups;                     ///< by base; otherwise noSuchObject
  std::optional<std::string> heuristics = "";                 ///< nullopt: not readable
  bool lists_contents = true;                                 ///< whether other objects of a container are shown
  std::vector<std::string> supported_controls{LDAP_CONTROL_PAGEDRESULTS, LDAP_CONTROL_X_EXTENDED_DN};
  std::string root_domain = "<GUID=b035a4d7-d5a8-4bfc-9af5-5194521a0ff4>;<SID=S-1-5-21-1-2-3>;DC=corp,DC=example";
  std::optional<std::vector<std::string>> nt_auth = std::vector<std::string>{"der"};

  void answer(Client& client, const test::FakeDirectory::Search& search) const {
    const bool wants_names = search.attributes == std::vector<std::string>{"objectClass", "objectGUID"};
    int code = LDAP_SUCCESS;
    if (search.base.empty()) {
      client.entry(search, "",
                   {{"configurationNamingContext", {configuration}},
                    {"rootDomainNamingContext", {"DC=corp,DC=example"}},
                    {"dnsHostName", {"dc1.corp.example"}},
                    {"supportedControl", supported_controls}});
      return client.result(search);
    }
    if (const auto found = look_ups.find(search.base); found != look_ups.end()) return found->second(client, search);
    if (search.attributes == std::vector<std::string>{"1.1"}) {
      if (lists_contents) client.entry(search, "CN=Other," + search.base, {});
    } else if (search.base == container) {
      for (const auto& [name, guid] : services) {
        Client::Attributes attributes{{"cn", {name}}, {"objectGUID", {guid}}};
        if (wants_names) attributes["objectClass"] = {"pKIEnrollmentService"};
        client.entry(search, "CN=" + name + "," + search.base, attributes);
      }
      for (const auto& name : unreadable) {
        if (wants_names) client.entry(search, name, {});
      }
    } else if (search.base.starts_with("CN=Directory Service,")) {
      Client::Attributes attributes;
      if (heuristics) attributes["objectClass"] = {"nTDSService"};
      if (heuristics && !heuristics->empty()) attributes["dSHeuristics"] = {*heuristics};
      client.entry(search, search.base, attributes);
    } else if (search.base.starts_with("CN=Partitions,")) {
      client.entry(search, "CN=CORP," + search.base, {{"nCName", {root_domain}}});
    } else if (search.base.starts_with("CN=Public Key Services,")) {
      if (nt_auth) client.entry(search, "CN=NTAuthCertificates," + search.base, {{"cACertificate", *nt_auth}});
    } else {
      code = LDAP_NO_SUCH_OBJECT;
    }
    client.result(search, code, "");
  }

  std::function<void(Client&)> behaviour() const {
    return [forest = *this](Client& client) {
      while (const auto search = client.receive()) forest.answer(client, *search);
    };
  }
};

/// A directory with these CAs and nothing unusual.
std::function<void(Client&)> with_services(std::vector<std::pair<std::string, std::string>> services) {
  Forest forest;
  forest.services = std::move(services);
  return forest.behaviour();
}

/// A CA as known from an earlier scan.
EnrollmentService known_ca(const std::string& name, const std::string& guid) {
  EnrollmentService ca{.object_guid = *base::ObjectGuid::from_octets(base::Octets(guid.begin(), guid.end()))};
  ca.distinguished_name = "CN=" + name + "," + container;
  ca.common_name = name;
  ca.dns_host_name = "pki.corp.example";
  return ca;
}

const EnrollmentService lost = known_ca("Lost", another_guid);
const std::string by_guid = "<GUID=" + lost.object_guid.to_string() + ">";

/// A forest that lists A and answers a look-up of Lost with `answer`.
Forest forest_without_lost(Forest::Answer answer = {}) {
  Forest forest;
  forest.services = {{"A", one_guid}};
  if (answer) forest.look_ups[by_guid] = std::move(answer);
  return forest;
}

std::size_t accounted(const Listing& listing) {
  return listing.services.size() + listing.hidden.size() + listing.removed.size();
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

TEST(EnrollmentListing, RecordsWhereItSearched) {
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

TEST(EnrollmentListing, WithACaWithoutIdentityIsAnError) {
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

TEST(UnlistedCa, IsRemovedIfTheDirectoryHasNoSuchObject) {
  const auto listing = list_from(forest_without_lost().behaviour(), {lost});

  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_EQ(listing->removed.size(), 1U);
  EXPECT_EQ(accounted(*listing), 2U);
}

/// With every other answer of the directory, the CA stays.
TEST(UnlistedCa, IsHiddenByEveryOtherAnswer) {
  const std::vector<Forest::Answer> answers{
      [](Client& client, const auto& search) {
        client.entry(search, lost.distinguished_name, {});
        client.result(search);
      },
      [](Client& client, const auto& search) { client.result(search); },
      [](Client& client, const auto& search) {
        client.entry(search, lost.distinguished_name, {{"cn", {"Lost"}}, {"dNSHostName", {"pki.corp.example"}}});
        client.result(search);
      },
      [](Client& client, const auto& search) {
        client.entry(search, lost.distinguished_name, {{"objectClass", {"top", "container"}}});
        client.result(search);
      },
      [](Client& client, const auto& search) { client.result(search, LDAP_INSUFFICIENT_ACCESS); },
      [](Client& client, const auto& search) { client.result(search, LDAP_OPERATIONS_ERROR); },
      [](Client& client, const auto& search) { client.result(search, LDAP_BUSY); },
      [](Client& client, const auto& search) { client.result(search, LDAP_REFERRAL); },
      [](Client& client, const auto& search) { client.result(search, LDAP_INVALID_DN_SYNTAX); },
      [](Client& client, const auto& search) {
        client.reference(search, "ldap://other.example/");
        client.result(search);
      },
      [](Client& client, const auto& search) {
        client.entry(search, "CN=X", {{"objectClass", {"pKIEnrollmentService"}}, {"objectGUID", {one_guid}}});
        client.result(search);
      }};
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto listing = list_from(forest_without_lost(answers[i]).behaviour(), {lost});

    ASSERT_TRUE(listing) << i << ": " << listing.error().message;
    ASSERT_EQ(listing->hidden.size(), 1U) << i;
    EXPECT_EQ(listing->hidden[0].service.dns_host_name, lost.dns_host_name) << i;
    EXPECT_EQ(accounted(*listing), 2U) << i;
  }
}

/// Without the directory's answer, nothing is known about the CA, so the listing fails.
TEST(UnlistedCa, WithoutAnAnswerIsAnError) {
  const auto listing = list_from(
      forest_without_lost([](Client& client, const auto& /*search*/) { client.bytes("nonsense"); }).behaviour(),
      {lost});

  EXPECT_FALSE(listing);
}

TEST(UnlistedCa, IsListedIfItIsAnEnrollmentServiceElsewhere) {
  const auto listing = list_from(
      forest_without_lost([](Client& client, const auto& search) {
        client.entry(search, "CN=Lost,CN=AIA", {{"objectClass", {"top", "pKIEnrollmentService"}}, {"cn", {"Lost"}}});
        client.result(search);
      }).behaviour(),
      {lost});

  ASSERT_TRUE(listing) << listing.error().message;
  ASSERT_EQ(listing->services.size(), 2U);
  EXPECT_EQ(listing->services[1].object_guid, lost.object_guid);
  EXPECT_EQ(listing->services[1].distinguished_name, "CN=Lost,CN=AIA");
  EXPECT_EQ(accounted(*listing), 2U);
}

/// [MS-ADTS] 5.1.3.3.6: invisible objects do not exist for the account, and list-object mode hides more of them.
TEST(UnlistedCa, IsHiddenIfNoSuchObjectMayMeanNotVisible) {
  for (const auto& heuristics : {std::optional<std::string>("001"), std::optional<std::string>("0012"),
                                 std::optional<std::string>("00x"), std::optional<std::string>()}) {
    auto forest = forest_without_lost();
    forest.heuristics = heuristics;
    const auto listing = list_from(forest.behaviour(), {lost});
    ASSERT_TRUE(listing) << listing.error().message;
    EXPECT_EQ(listing->hidden.size(), 1U) << heuristics.value_or("unreadable");
    EXPECT_TRUE(listing->removed.empty());
  }
  auto forest = forest_without_lost();
  forest.lists_contents = false;
  const auto listing = list_from(forest.behaviour(), {lost});
  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_EQ(listing->hidden.size(), 1U);
  EXPECT_TRUE(listing->removed.empty());
}

TEST(UnlistedCa, IsRemovedWithoutListObjectMode) {
  for (const std::string heuristics : {"0", "00", "000", "0100000001"}) {
    auto forest = forest_without_lost();
    forest.heuristics = heuristics;
    const auto listing = list_from(forest.behaviour(), {lost});
    ASSERT_TRUE(listing) << listing.error().message;
    EXPECT_EQ(listing->removed.size(), 1U) << heuristics;
  }
}

/// A container that was removed with its CA.
TEST(UnlistedCa, IsRemovedWithItsContainer) {
  auto ca = lost;
  ca.distinguished_name = "CN=Lost,CN=Inner," + container;
  auto forest = forest_without_lost();
  forest.look_ups["CN=Inner," + container] = [](Client& client, const auto& search) {
    client.result(search, LDAP_NO_SUCH_OBJECT, "");
  };
  const auto listing = list_from(forest.behaviour(), {ca});
  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_EQ(listing->removed.size(), 1U);
}

TEST(UnlistedCa, MayBeTheOnlyOne) {
  Forest forest;
  forest.lists_contents = false;
  const auto listing = list_from(forest.behaviour(), {lost});
  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_EQ(listing->hidden.size(), 1U);
}

/// Even on a first scan: only the name of the object is visible.
TEST(UnlistedCa, ThatWasNeverKnownIsHiddenIfItsNameIsVisible) {
  auto forest = forest_without_lost();
  forest.unreadable = {"<GUID=b035a4d7-d5a8-4bfc-9af5-5194521a0ff4>;CN=A\\, hidden CA," + container, container};
  const auto listing = list_from(forest.behaviour());
  ASSERT_TRUE(listing) << listing.error().message;
  ASSERT_EQ(listing->hidden.size(), 1U);
  EXPECT_EQ(listing->hidden[0].service.common_name, "A, hidden CA");
  EXPECT_EQ(listing->hidden[0].service.object_guid.to_string(), "b035a4d7-d5a8-4bfc-9af5-5194521a0ff4");
}

TEST(EnrollmentListing, IdentifiesACaWhoseObjectGuidMayNotBeRead) {
  auto forest = forest_without_lost([](Client& client, const auto& search) { client.result(search); });
  forest.look_ups[container] = [](Client& client, const auto& search) {
    client.entry(search, "<GUID=b035a4d7-d5a8-4bfc-9af5-5194521a0ff4>;CN=A," + container,
                 {{"cn", {"A"}}, {"objectClass", {"pKIEnrollmentService"}}});
    client.result(search, LDAP_SUCCESS, "");
  };
  const auto listing = list_from(forest.behaviour());
  ASSERT_TRUE(listing) << listing.error().message;
  ASSERT_EQ(listing->services.size(), 1U);
  EXPECT_EQ(listing->services[0].object_guid.to_string(), "b035a4d7-d5a8-4bfc-9af5-5194521a0ff4");
  EXPECT_EQ(listing->services[0].distinguished_name, "CN=A," + container);
}

/// Known CAs that are not listed.
std::vector<EnrollmentService> many_known(std::size_t count) {
  std::vector<EnrollmentService> known;
  for (std::size_t i = 0; i < count; ++i) {
    std::string guid(16, '\x07');
    guid[0] = static_cast<char>(i);
    known.push_back(known_ca("Known " + std::to_string(i), guid));
  }
  return known;
}

/// Each look-up is answered in time.
TEST(EnrollmentListing, HasATimeLimitForAllItsLookUps) {
  const auto known = many_known(40);
  Forest forest;
  forest.services = {{"A", one_guid}};
  for (const auto& ca : known) {
    forest.look_ups["<GUID=" + ca.object_guid.to_string() + ">"] = [](Client& client, const auto& search) {
      std::this_thread::sleep_for(200ms);
      client.result(search);
    };
  }
  const auto listing = list_from(forest.behaviour(), known, {600ms});

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::timed_out);
  EXPECT_THAT(listing.error().message, testing::HasSubstr("did not finish its answer in time"));
}

TEST(EnrollmentListing, HasAMemoryLimitForAllItsData) {
  const std::string large(7'000'000, 'x');
  const auto known = many_known(10);
  const auto answer_with_ca = [&](const std::string& name, const std::string& guid) {
    return [&large, name, guid](Client& client, const test::FakeDirectory::Search& search) {
      client.entry(search, "CN=" + name,
                   {{"objectClass", {"pKIEnrollmentService"}},
                    {"objectGUID", {guid}},
                    {"cn", {name}},
                    {"cACertificate", {large}}});
    };
  };
  Forest forest;
  for (const auto& ca : known) {
    const auto octets = ca.object_guid.octets();
    forest.look_ups["<GUID=" + ca.object_guid.to_string() + ">"] =
        [answer = answer_with_ca(ca.common_name, std::string(octets.begin(), octets.end()))](auto& client,
                                                                                             const auto& search) {
          answer(client, search);
          client.result(search, LDAP_SUCCESS, "");
        };
  }
  forest.look_ups[container] = [&](Client& client, const auto& search) {
    for (char i = 0; i < 10 && search.attributes.size() > 2; ++i) {
      answer_with_ca("Listed", std::string(15, '\x03') + i)(client, search);
    }
    client.result(search, LDAP_SUCCESS, "");
  };
  const auto listing = list_from(forest.behaviour(), known, {60s});

  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().kind, Kind::malformed_answer);
}

/// The CAs of this forest must not be revealed to another forest.
TEST(EnrollmentListing, IsCheckedBeforeAnyCaIsLookedUp) {
  std::atomic<int> look_ups = 0;
  const auto behaviour = forest_without_lost([&](Client& client, const auto& search) {
                           ++look_ups;
                           client.result(search);
                         }).behaviour();
  const auto refuse = [](const Listing& listing) {
    EXPECT_EQ(listing.forest, "corp.example");
    ASSERT_TRUE(listing.root_domain);
    throw std::runtime_error(listing.root_domain->sid);
  };
  EXPECT_THROW(static_cast<void>(list_from(behaviour, {lost}, {2s}, refuse)), std::runtime_error);
  EXPECT_EQ(look_ups, 0);
  EXPECT_TRUE(list_from(behaviour, {lost}, {2s}, [](const Listing&) {}));
  EXPECT_EQ(look_ups, 1);
}

const std::string twin_guid(16, '\x03');

/// Lost as last known, with all data that identifies duplicates, and its duplicate.
struct CaWithDuplicate {
  EnrollmentService ca = lost;
  EnrollmentService duplicate = known_ca("Lost\nCNF:03030303-0303-0303-0303-030303030303", twin_guid);

  CaWithDuplicate() {
    for (auto* object : {&ca, &duplicate}) {
      object->display_name = "Lost";
      object->ca_certificates = {{'d', 'e', 'r'}};
    }
    duplicate.distinguished_name = "CN=Lost\\0ACNF:03030303-0303-0303-0303-030303030303," + container;
    ca.duplicates = {{duplicate.object_guid, "CN=Where it was"}};
  }
};

std::string octets_of(const base::ObjectGuid& object_guid) {
  const auto octets = object_guid.octets();
  return {octets.begin(), octets.end()};
}

/// A forest with these CAs, and with these objects of which only the name is visible.
Forest forest_of(const std::vector<EnrollmentService>& visible, const std::vector<EnrollmentService>& bare) {
  Forest forest;
  forest.look_ups[container] = [=](Client& client, const test::FakeDirectory::Search& search) {
    const bool wants_names = search.attributes.size() == 2;
    if (search.attributes.size() == 1) client.entry(search, "CN=Other," + search.base, {});
    for (const auto& ca : visible) {
      Client::Attributes attributes{{"objectGUID", {octets_of(ca.object_guid)}},
                                    {"cn", {ca.common_name}},
                                    {"displayName", {ca.display_name}},
                                    {"dNSHostName", {ca.dns_host_name}},
                                    {"cACertificate", {"der"}}};
      if (wants_names) attributes["objectClass"] = {"pKIEnrollmentService"};
      client.entry(search, ca.distinguished_name, attributes);
    }
    for (const auto& ca : bare) {
      if (!wants_names) continue;
      client.entry(search, "<GUID=" + ca.object_guid.to_string() + ">;" + ca.distinguished_name, {});
    }
    client.result(search, LDAP_SUCCESS, "");
  };
  for (const auto& ca : bare) {
    forest.look_ups["<GUID=" + ca.object_guid.to_string() + ">"] = [=](Client& client, const auto& search) {
      client.entry(search, ca.distinguished_name, {});
      client.result(search);
    };
  }
  return forest;
}

/// One CA with its identity, which is not read: its own object may have changed.
TEST(DuplicateOfAHiddenCa, IsNoCaEvenIfItIsVisible) {
  const CaWithDuplicate known;
  const auto listing = list_from(forest_of({known.duplicate}, {known.ca}).behaviour(), {known.ca});

  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_TRUE(listing->services.empty());
  ASSERT_EQ(listing->hidden.size(), 1U);
  EXPECT_EQ(listing->hidden[0].service.object_guid, known.ca.object_guid);
  EXPECT_THAT(listing->hidden[0].service.duplicates,
              testing::ElementsAre(DuplicateObject{known.duplicate.object_guid, known.duplicate.distinguished_name}));
}

TEST(DuplicateOfAHiddenCa, IsASeparateCaIfItDiffersNow) {
  CaWithDuplicate known;
  known.duplicate.dns_host_name = "elsewhere.corp.example";
  const auto listing = list_from(forest_of({known.duplicate}, {known.ca}).behaviour(), {known.ca});

  ASSERT_TRUE(listing) << listing.error().message;
  ASSERT_EQ(listing->services.size(), 1U);
  EXPECT_EQ(listing->services[0].object_guid, known.duplicate.object_guid);
  ASSERT_EQ(listing->hidden.size(), 1U);
  EXPECT_TRUE(listing->hidden[0].service.duplicates.empty());
}

TEST(DuplicateOfAHiddenCa, IsASeparateCaIfItIsKnownAsOne) {
  const CaWithDuplicate known;
  const auto listing = list_from(forest_of({known.duplicate}, {known.ca}).behaviour(), {known.ca, known.duplicate});

  ASSERT_TRUE(listing) << listing.error().message;
  ASSERT_EQ(listing->services.size(), 1U);
  ASSERT_EQ(listing->hidden.size(), 1U);
  EXPECT_TRUE(listing->hidden[0].service.duplicates.empty());
}

TEST(DuplicateOfAHiddenCa, IsNoCaIfItIsHiddenToo) {
  const CaWithDuplicate known;
  const auto listing = list_from(forest_of({}, {known.duplicate, known.ca}).behaviour(), {known.ca});

  ASSERT_TRUE(listing) << listing.error().message;
  ASSERT_EQ(listing->hidden.size(), 1U);
  EXPECT_EQ(listing->hidden[0].service.object_guid, known.ca.object_guid);
  EXPECT_EQ(listing->hidden[0].service.duplicates.size(), 1U);
}

/// The listing still names it, so that the next scan knows it too.
TEST(HiddenDuplicate, IsNoCaIfItsCaIsListed) {
  const CaWithDuplicate known;
  const auto listing = list_from(forest_of({known.ca}, {known.duplicate}).behaviour(), {known.ca});

  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_TRUE(listing->hidden.empty());
  ASSERT_EQ(listing->services.size(), 1U);
  EXPECT_THAT(listing->services[0].duplicates,
              testing::ElementsAre(DuplicateObject{known.duplicate.object_guid, known.duplicate.distinguished_name}));
}

TEST(HiddenDuplicate, IsAHiddenCaIfItsCaIsRemoved) {
  const CaWithDuplicate known;
  const auto listing = list_from(forest_of({}, {known.duplicate}).behaviour(), {known.ca});

  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_EQ(listing->removed.size(), 1U);
  ASSERT_EQ(listing->hidden.size(), 1U);
  EXPECT_EQ(listing->hidden[0].service.object_guid, known.duplicate.object_guid);
}

/// The object that had the name was moved or removed.
TEST(UnlistedCa, WithTheFormerNameOfAKnownCaIsHidden) {
  auto successor = lost;
  successor.object_guid = known_ca("x", twin_guid).object_guid;
  auto forest = forest_of({}, {successor});
  forest.look_ups[by_guid] = [](Client& client, const auto& search) {
    client.entry(search, "CN=Lost,CN=AIA", {{"objectClass", {"pKIEnrollmentService"}}, {"cn", {"Lost"}}});
    client.result(search);
  };
  const auto moved = list_from(forest.behaviour(), {lost});
  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_EQ(moved->services.size(), 1U);
  ASSERT_EQ(moved->hidden.size(), 1U);
  EXPECT_EQ(moved->hidden[0].service.object_guid, successor.object_guid);

  const auto removed = list_from(forest_of({}, {successor}).behaviour(), {lost});
  ASSERT_TRUE(removed) << removed.error().message;
  EXPECT_EQ(removed->removed.size(), 1U);
  EXPECT_EQ(removed->hidden.size(), 1U);
}

/// Without an objectGUID the object cannot be identified, so it is not ignored.
TEST(UnlistedCa, WithoutIdentityAndWithTheFormerNameOfAKnownCaIsAnError) {
  auto forest = forest_without_lost();
  forest.unreadable = {lost.distinguished_name};
  EXPECT_FALSE(list_from(forest.behaviour(), {lost}));
}

/// A look-up and a search that contradict each other.
TEST(UnlistedCa, IsHiddenIfItsNameIsVisibleButItIsNotFound) {
  auto forest = forest_without_lost();
  forest.unreadable = {by_guid + ";" + lost.distinguished_name};
  const auto listing = list_from(forest.behaviour(), {lost});
  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_TRUE(listing->removed.empty());
  ASSERT_EQ(listing->hidden.size(), 1U);
  EXPECT_EQ(listing->hidden[0].service.dns_host_name, lost.dns_host_name);
}

TEST(EnrollmentListing, KnowsTheForestByItsRootDomain) {
  const auto listing = list_from(with_services({{"A", one_guid}}));
  ASSERT_TRUE(listing) << listing.error().message;
  ASSERT_TRUE(listing->root_domain);
  EXPECT_EQ(listing->root_domain->sid, "S-1-5-21-1-2-3");
  EXPECT_EQ(listing->root_domain->object_guid.to_string(), "b035a4d7-d5a8-4bfc-9af5-5194521a0ff4");

  for (const std::string name : {"DC=corp,DC=example", "<GUID=b035a4d7-d5a8-4bfc-9af5-5194521a0ff4>;DC=corp,DC=example",
                                 "<GUID=b035a4d7-d5a8-4bfc-9af5-5194521a0ff4>;<SID=S-1-5-21-1-2-3>;DC=child,DC=corp",
                                 "<GUID=b035a4d7-d5a8-4bfc-9af5-5194521a0ff4>;<SID=nonsense>;DC=corp,DC=example"}) {
    auto forest = forest_without_lost();
    forest.root_domain = name;
    const auto without = list_from(forest.behaviour());
    ASSERT_TRUE(without) << without.error().message;
    EXPECT_FALSE(without->root_domain) << name;
  }
}

TEST(EnrollmentListing, HoldsTheCertificatesTrustedForLogon) {
  auto forest = forest_without_lost();
  EXPECT_EQ(list_from(forest.behaviour())->nt_auth_certificates, (std::vector<base::Octets>{{'d', 'e', 'r'}}));
  forest.nt_auth.reset();
  EXPECT_FALSE(list_from(forest.behaviour())->nt_auth_certificates);
}

/// A directory with `count` CAs as large as usual, a page after the other.
std::function<void(Client&)> with_many_services(std::size_t count) {
  return [count](Client& client) {
    constexpr std::size_t page_size = 500;
    std::size_t sent = 0;
    while (const auto search = client.receive()) {
      if (search->base != container) {
        Forest().answer(client, *search);
        continue;
      }
      for (const std::size_t end = std::min(count, sent + page_size); sent < end; ++sent) {
        const auto number = std::to_string(sent);
        std::string guid(16, '\0');
        number.copy(guid.data(), guid.size());
        std::vector<std::string> templates;
        for (int i = 0; i < 20; ++i) templates.push_back("CertificateTemplate" + std::to_string(i));
        client.entry(*search, "CN=Issuing CA " + number + "," + container,
                     {{"cn", {"Issuing CA " + number}},
                      {"displayName", {"Issuing CA " + number}},
                      {"dNSHostName", {"pki" + number + ".corp.example"}},
                      {"cACertificate", {std::string(1400, 'a'), std::string(1400, 'b')}},
                      {"cACertificateDN", {"CN=Issuing CA " + number + ", DC=corp, DC=example"}},
                      {"certificateTemplates", templates},
                      {"flags", {"10"}},
                      {"objectGUID", {guid}},
                      {"whenCreated", {"20201123024354.0Z"}},
                      {"whenChanged", {"20261123024354.0Z"}}});
      }
      client.result(*search, LDAP_SUCCESS, sent < count ? "more" : "");
    }
  };
}

/// Of the process that lists alone, so that the directory's own memory does not count.
TEST(EnrollmentListing, Of20000ObjectsFitsInto200Megabytes) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "the sanitizer uses memory of its own";
#endif
#endif
  const test::FakeDirectory fake(with_many_services(20'000));
  const std::string told = test::in_child([&] {
    const auto began = std::chrono::steady_clock::now();
    auto connection =
        DirectoryConnection::open(fake.server(), {.domain = {}, .servers = {}, .ca_cert = {}, .patience = {10s}});
    if (!connection) return connection.error().message;
    const auto listing = read_listing(*connection, 500);
    if (!listing) return listing.error().message;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    ::rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                     static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    return fmt::format("{} {} {} {}", listing->services.size(), usage.ru_maxrss / 1024, seconds.count(), cpu);
  });
  std::istringstream numbers(told);
  std::size_t count = 0;
  std::size_t megabytes = 0;
  double seconds = 0;
  numbers >> count >> megabytes >> seconds;
  EXPECT_EQ(count, 20'000U) << told;
  EXPECT_LT(megabytes, 200U);
  EXPECT_LT(seconds, 10);
  RecordProperty("objects_megabytes_seconds_cpu_seconds", told);
}

}  // namespace
}  // namespace casweep::discovery
