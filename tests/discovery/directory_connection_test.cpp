// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/directory_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ldap.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/fake_directory.h"

namespace casweep::discovery {

using namespace test;
namespace {

using namespace std::chrono_literals;
using Client = test::FakeDirectory::Client;
using Kind = DirectoryErrorKind;
using testing::ElementsAre;
using testing::HasSubstr;

const DirectoryOptions impatient{.domain = {}, .servers = {}, .ca_cert = {}, .patience = {1s}};

/// For tests that move more data than a slow machine does in a second.
const DirectoryOptions patient{.domain = {}, .servers = {}, .ca_cert = {}, .patience = {60s}};

/// The result of reading one entry from a server with this behaviour.
tl::expected<DirectoryEntry, DirectoryError> read_from(std::function<void(Client&)> behave) {
  const test::FakeDirectory fake(std::move(behave));
  auto connection = DirectoryConnection::open(fake.server(), impatient);
  if (!connection) return tl::unexpected(connection.error());
  return connection->read("", {"dnsHostName"});
}

tl::expected<std::vector<DirectoryEntry>, DirectoryError> search_in(std::function<void(Client&)> behave,
                                                                    const DirectoryOptions& options = impatient) {
  const test::FakeDirectory fake(std::move(behave));
  auto connection = DirectoryConnection::open(fake.server(), options);
  if (!connection) return tl::unexpected(connection.error());
  return connection->search_subtree("DC=corp,DC=example", "(objectClass=*)", {"member"}, 2);
}

/// Answers every search with one entry and `code`.
std::function<void(Client&)> answering(int code) {
  return [code](Client& client) {
    while (const auto search = client.receive()) client.result(*search, code, "");
  };
}

TEST(DirectoryConnection, ReadsOneEntry) {
  const auto entry = read_from([](Client& client) {
    const auto search = client.receive();
    client.entry(*search, "", {{"dnsHostName", {"dc1.corp.example"}}});
    client.result(*search);
    client.wait_until_gone();
  });

  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->attributes.at("DNSHOSTNAME").size(), 1U);
}

TEST(DirectoryConnection, SilentServerTimesOut) {
  const auto started = std::chrono::steady_clock::now();

  const auto entry = read_from([](Client& client) { client.wait_until_gone(); });

  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().kind, Kind::timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - started, 3s);
}

TEST(DirectoryConnection, HalfAMessageTimesOut) {
  const auto entry = read_from([](Client& client) {
    client.bytes("\x30\x84\x00\x00");
    client.wait_until_gone();
  });

  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().kind, Kind::timed_out);
}

TEST(DirectoryConnection, ByteAfterByteTimesOut) {
  const auto started = std::chrono::steady_clock::now();

  const auto entry = read_from([](Client& client) {
    client.bytes("\x30\x84\x7f");
    for (int i = 0; i < 30; ++i) {
      client.bytes("\x01");
      std::this_thread::sleep_for(100ms);
    }
  });

  ASSERT_FALSE(entry);
  EXPECT_LT(std::chrono::steady_clock::now() - started, 5s);
}

TEST(DirectoryConnection, SilenceInTheTlsHandshakeTimesOut) {
  const test::FakeDirectory fake([](Client& client) { client.wait_until_gone(); });
  DirectoryServer server = fake.server();
  server.ldaps = true;

  const auto connection = DirectoryConnection::open(server, impatient);

  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, Kind::timed_out);
}

TEST(DirectoryConnection, EndlessTrickleInTheTlsHandshakeTimesOut) {
  const test::FakeDirectory fake([](Client& client) {
    client.bytes(std::string_view("\x16\x03\x03\x40\x00\x02\x00\x3f", 8));  // a handshake record of 16 KiB, begun
    for (int i = 0; i < 30; ++i) {
      client.bytes("x");
      std::this_thread::sleep_for(100ms);
    }
  });
  DirectoryServer server = fake.server();
  server.ldaps = true;

  const auto connection = DirectoryConnection::open(server, impatient);

  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, Kind::timed_out);
}

TEST(DirectoryConnection, ServerThatHangsUpIsUnreachable) {
  const auto entry = read_from([](Client&) {});

  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().kind, Kind::unreachable);
}

TEST(DirectoryConnection, GarbageIsNoAnswer) {
  const auto entry = read_from([](Client& client) {
    client.receive();
    client.bytes("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
  });

  EXPECT_FALSE(entry);
}

TEST(DirectoryConnection, UndecodableEntryIsMalformed) {
  const auto entry = read_from([](Client& client) {
    client.receive();
    // SearchResultEntry of message 1 whose attribute list is longer than the entry.
    client.bytes(std::string_view("\x30\x0c\x02\x01\x01\x64\x07\x04\x01\x61\x30\x7f\x30\x00", 14));
    client.wait_until_gone();
  });

  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().kind, Kind::malformed_answer);
}

TEST(DirectoryConnection, MessageLargerThanAnyEntryIsRefused) {
  const auto entry = read_from([](Client& client) {
    client.receive();
    client.bytes(std::string_view("\x30\x84\x40\x00\x00\x00\x02\x01\x01\x64", 10));  // announces 1 GiB
    client.wait_until_gone();
  });

  EXPECT_FALSE(entry);
}

TEST(DirectoryConnection, AbsentRootDseIsMalformed) {
  const auto entry = read_from(answering(LDAP_SUCCESS));

  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().kind, Kind::malformed_answer);
}

TEST(DirectoryConnection, CollectsEveryPage) {
  const auto entries = search_in([](Client& client) {
    const auto first = client.receive();
    client.entry(*first, "CN=1", {});
    client.entry(*first, "CN=2", {});
    client.result(*first, LDAP_SUCCESS, "more");
    const auto empty = client.receive();  // [MS-ADTS] allows a page without entries before the last
    client.result(*empty, LDAP_SUCCESS, "more");
    const auto last = client.receive();
    client.entry(*last, "CN=3", {});
    client.result(*last, LDAP_SUCCESS, "");
    client.wait_until_gone();
  });

  ASSERT_TRUE(entries) << entries.error().message;
  EXPECT_EQ(entries->size(), 3U);
}

TEST(DirectoryConnection, EndlessCookiesEnd) {
  const auto entries = search_in([](Client& client) {
    while (const auto search = client.receive()) client.result(*search, LDAP_SUCCESS, "again");
  });

  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().kind, Kind::malformed_answer);
}

TEST(DirectoryConnection, EndlessEntriesEnd) {
  const auto entries = search_in(
      [](Client& client) {
        const auto search = client.receive();
        for (int i = 0; i < 110'000; ++i) client.entry(*search, "CN=x", {});
        client.wait_until_gone();
      },
      patient);

  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().kind, Kind::malformed_answer);
}

/// Each page arrives in time, but the whole listing would take a day.
TEST(DirectoryConnection, ListingHasATimeLimitAsAWhole) {
  const auto entries = search_in([](Client& client) {
    while (const auto search = client.receive()) {
      std::this_thread::sleep_for(300ms);  // far from the limit of a page, also on a busy machine
      client.entry(*search, "CN=x", {});
      client.result(*search, LDAP_SUCCESS, "again");
    }
  });

  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().kind, Kind::timed_out);
  EXPECT_THAT(entries.error().message, HasSubstr("did not finish its answer"));
}

TEST(DirectoryConnection, WholeAnswerHasOneTimeLimitForAllLookUps) {
  const test::FakeDirectory fake([](Client& client) {
    while (const auto search = client.receive()) {
      std::this_thread::sleep_for(150ms);
      client.result(*search, LDAP_NO_SUCH_OBJECT, "");
    }
  });
  auto options = impatient;
  options.patience.time = 400ms;
  auto connection = DirectoryConnection::open(fake.server(), options);
  ASSERT_TRUE(connection);
  const auto look_up_often = [&]() -> tl::expected<int, DirectoryError> {
    const DirectoryConnection::WholeAnswer answer(*connection);
    for (int i = 0; i < 40; ++i) {
      if (auto found = connection->look_up("CN=x", {"cn"}); !found) return tl::unexpected(found.error());
    }
    return 0;
  };

  const auto answered = look_up_often();

  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().kind, Kind::timed_out);
  EXPECT_THAT(answered.error().message, HasSubstr("did not finish its answer"));
}

/// Answers every search with one more value of a range, the first after `pause`.
std::function<void(Client&)> giving_ranges(std::chrono::milliseconds pause) {
  return [pause](Client& client) {
    int next = 0;
    while (const auto search = client.receive()) {
      std::this_thread::sleep_for(pause);
      client.entry(*search, "CN=1", {{"member;range=" + std::to_string(next) + "-" + std::to_string(next), {"x"}}});
      client.result(*search, LDAP_SUCCESS, "");
      ++next;
    }
  };
}

TEST(DirectoryConnection, RangesOfALookUpHaveOneTimeLimit) {
  const test::FakeDirectory fake(giving_ranges(150ms));
  auto options = impatient;
  options.patience.time = 400ms;
  auto connection = DirectoryConnection::open(fake.server(), options);
  ASSERT_TRUE(connection);

  const auto found = connection->look_up("CN=1", {"member"});

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, Kind::timed_out);
}

/// The remaining time of a failed search does not limit the requests after it.
TEST(DirectoryConnection, HasItsFullTimeAfterAFailedSearch) {
  const test::FakeDirectory fake(answering(LDAP_NO_SUCH_OBJECT));
  auto options = impatient;
  options.patience.time = 100ms;
  auto connection = DirectoryConnection::open(fake.server(), options);
  ASSERT_TRUE(connection);
  ASSERT_FALSE(connection->search_subtree("DC=x", "(objectClass=*)", {"cn"}, 2));
  std::this_thread::sleep_for(1300ms);

  const auto found = connection->look_up("CN=x", {"cn"});

  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->ldap_result, LDAP_NO_SUCH_OBJECT);
}

/// Within one answer, data of completed searches and look-ups still counts as used memory.
TEST(DirectoryConnection, WholeAnswerHasOneMemoryLimit) {
  const std::string large(7'000'000, 'x');
  const test::FakeDirectory fake([&](Client& client) {
    while (const auto search = client.receive()) {
      client.entry(*search, "CN=x", {{"cn", {large}}});
      client.result(*search, LDAP_SUCCESS, "");
    }
  });
  auto connection = DirectoryConnection::open(fake.server(), patient);
  ASSERT_TRUE(connection);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(connection->look_up("CN=x", {"cn"})) << i;
  const DirectoryConnection::WholeAnswer answer(*connection);
  std::optional<DirectoryError> error;
  for (int i = 0; i < 10 && !error; ++i) {
    const auto searched = connection->search_subtree("DC=x", "(objectClass=*)", {"cn"}, 2);
    if (!searched) error = searched.error();
    const auto found = connection->look_up("CN=x", {"cn"});
    if (!found) error = found.error();
  }

  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, Kind::malformed_answer);
}

TEST(DirectoryConnection, KeepsOnlyRequestedAttributes) {
  const auto entries = search_in([](Client& client) {
    const auto search = client.receive();
    client.entry(*search, "CN=1",
                 {{"MEMBER", {"a"}}, {"jpegPhoto", {"b"}}, {"mem", {"c"}}, {"member2;range=0-1", {"d"}}});
    client.result(*search, LDAP_SUCCESS, "");
    client.wait_until_gone();
  });

  ASSERT_TRUE(entries) << entries.error().message;
  EXPECT_EQ(entries->front().attributes.size(), 1U);
  EXPECT_TRUE(entries->front().attributes.contains("member"));
}

/// An empty value takes only two octets on the wire.
TEST(DirectoryConnection, ManySmallValuesAreTooMuchMemory) {
  const std::vector<std::string> empty(100'000);
  const auto entries = search_in(
      [&](Client& client) {
        while (const auto search = client.receive()) {
          client.entry(*search, "CN=x", {{"member", empty}});
          client.result(*search, LDAP_SUCCESS, "again");
        }
      },
      patient);

  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().kind, Kind::malformed_answer);
}

TEST(DirectoryConnection, ServerThatAcceptsAnyLogonIsNotProven) {
  const test::FakeDirectory fake([](Client& client) { client.wait_until_gone(); });
  auto connection = DirectoryConnection::open(fake.server(), impatient);
  ASSERT_TRUE(connection);

  const auto bound = connection->bind(
      {.logon = logon::Logon::kerberos, .principal = "a@CORP.EXAMPLE", .ccache = {}, .password = {}}, {"corp.example"});

  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().kind, Kind::server_unproven);
  EXPECT_THAT(bound.error().message, HasSubstr("127.0.0.1"));
}

TEST(DirectoryConnection, PageThatDoesNotSayWhetherItIsTheLastIsMalformed) {
  const auto entries = search_in([](Client& client) {
    while (const auto search = client.receive()) client.result(*search);
  });

  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().kind, Kind::malformed_answer);
}

TEST(DirectoryConnection, ContinuationReferenceIsAReferral) {
  const auto entries = search_in([](Client& client) {
    const auto search = client.receive();
    client.entry(*search, "CN=1", {});
    client.reference(*search, "ldap://elsewhere.example/CN=2");
    client.result(*search, LDAP_SUCCESS, "");
    client.wait_until_gone();
  });

  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().kind, Kind::referral);
}

struct ResultAndKind {
  int result;
  Kind kind;
};

class DirectoryConnectionOfResult : public testing::TestWithParam<ResultAndKind> {};

TEST_P(DirectoryConnectionOfResult, IsAnErrorEvenAfterEntries) {
  const auto entries = search_in([](Client& client) {
    const auto search = client.receive();
    client.entry(*search, "CN=1", {});
    client.result(*search, GetParam().result, "");
    client.wait_until_gone();
  });

  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().kind, GetParam().kind);
  EXPECT_EQ(entries.error().ldap_result, GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(Results, DirectoryConnectionOfResult,
                         testing::Values(ResultAndKind{LDAP_SIZELIMIT_EXCEEDED, Kind::listing_truncated},
                                         ResultAndKind{LDAP_TIMELIMIT_EXCEEDED, Kind::listing_truncated},
                                         ResultAndKind{LDAP_ADMINLIMIT_EXCEEDED, Kind::listing_truncated},
                                         ResultAndKind{LDAP_REFERRAL, Kind::referral},
                                         ResultAndKind{LDAP_NO_SUCH_OBJECT, Kind::container_missing},
                                         ResultAndKind{LDAP_BUSY, Kind::unreachable},
                                         ResultAndKind{LDAP_STRONG_AUTH_REQUIRED, Kind::protection_refused}));

TEST(DirectoryConnection, FetchesTheRestOfARange) {
  std::vector<std::string> asked;
  const auto entries = search_in([&asked](Client& client) {
    const auto first = client.receive();
    client.entry(*first, "CN=1", {{"member;range=0-1", {"a", "b"}}});
    client.result(*first, LDAP_SUCCESS, "");
    const auto rest = client.receive();
    asked = rest->attributes;
    client.entry(*rest, "CN=1", {{"member;range=2-*", {"c"}}});
    client.result(*rest);
    client.wait_until_gone();
  });

  ASSERT_TRUE(entries) << entries.error().message;
  EXPECT_THAT(asked, ElementsAre("member;range=2-*"));
  EXPECT_THAT(entries->front().attributes.at("member"),
              ElementsAre(base::Octets{'a'}, base::Octets{'b'}, base::Octets{'c'}));
}

TEST(DirectoryConnection, MissingRestOfARangeIsAnError) {
  const auto entries = search_in([](Client& client) {
    const auto first = client.receive();
    client.entry(*first, "CN=1", {{"member;range=0-1", {"a", "b"}}});
    client.result(*first, LDAP_SUCCESS, "");
    const auto rest = client.receive();
    client.entry(*rest, "CN=1", {});
    client.result(*rest);
    client.wait_until_gone();
  });

  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().kind, Kind::malformed_answer);
}

TEST(DirectoryConnection, GapInARangeIsAnError) {
  const auto entries = search_in([](Client& client) {
    const auto first = client.receive();
    client.entry(*first, "CN=1", {{"member;range=5-*", {"f"}}});
    client.result(*first, LDAP_SUCCESS, "");
    client.wait_until_gone();
  });

  EXPECT_FALSE(entries);
}

TEST(DirectoryConnection, PasswordIsNotSentWithoutTls) {
  const test::FakeDirectory fake([](Client& client) { client.wait_until_gone(); });
  auto connection = DirectoryConnection::open(fake.server(), impatient);
  ASSERT_TRUE(connection);

  const auto bound = connection->bind({.logon = logon::Logon::ntlm,
                                       .principal = "auditor@CORP.EXAMPLE",
                                       .ccache = {},
                                       .password = base::Secret("Secret1")});

  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().kind, Kind::protection_refused);
  EXPECT_THAT(bound.error().message, Not(HasSubstr("Secret1")));
}

TEST(DirectoryConnection, UnreadableCaCertificateIsNamed) {
  const test::FakeDirectory fake([](Client& client) { client.wait_until_gone(); });
  DirectoryOptions options = impatient;
  options.start_tls = true;
  options.ca_cert = "/nonexistent/root.pem";

  const auto connection = DirectoryConnection::open(fake.server(), options);

  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, Kind::options_unusable);
  EXPECT_THAT(connection.error().message, HasSubstr("/nonexistent/root.pem"));
}

}  // namespace
}  // namespace casweep::discovery
