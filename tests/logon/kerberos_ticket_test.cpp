// SPDX-License-Identifier: GPL-3.0-or-later
#include "logon/kerberos_ticket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <krb5.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

#include "logon/ticket_facts.h"

namespace casweep::logon {
namespace {

using Kind = LogonErrorKind;
using testing::HasSubstr;

/// An environment with an empty krb5.conf, the test's own default cache and no KDC.
class KerberosTicketTest : public testing::Test {
 protected:
  KerberosTicketTest() {
    std::ofstream(directory_.path() + "/krb5.conf") << "[libdefaults]\n  dns_lookup_kdc = false\n";
    setenv("KRB5_CONFIG", (directory_.path() + "/krb5.conf").c_str(), 1);
    set_default_cache("FILE:" + directory_.path() + "/default");
    krb5_init_context(&context_);
  }
  ~KerberosTicketTest() override {
    krb5_free_context(context_);
    unsetenv("KRB5_CONFIG");
    unsetenv("KRB5CCNAME");
  }

  static void set_default_cache(const std::string& name) { setenv("KRB5CCNAME", name.c_str(), 1); }

  /// Writes a cache of auditor@CORP.EXAMPLE with a (made up) ticket for `service`.
  void store_ticket(const std::string& cache_name, const char* service, std::time_t endtime) const {
    store_tickets(cache_name, {service}, endtime);
  }

  void store_tickets(const std::string& cache_name, std::initializer_list<const char*> services,
                     std::time_t endtime) const {
    krb5_ccache cache = nullptr;
    krb5_principal owner = nullptr;
    krb5_cc_resolve(context_, cache_name.c_str(), &cache);
    krb5_parse_name(context_, "auditor@CORP.EXAMPLE", &owner);
    krb5_cc_initialize(context_, cache, owner);
    krb5_free_principal(context_, owner);
    for (const char* service : services) add_ticket(cache, service, endtime);
    krb5_cc_close(context_, cache);
  }

  void add_ticket(krb5_ccache cache, const char* service, std::time_t endtime) const {
    krb5_creds credentials{};
    krb5_parse_name(context_, "auditor@CORP.EXAMPLE", &credentials.client);
    krb5_parse_name(context_, service, &credentials.server);
    std::array<char, 4> ticket = {'f', 'a', 'k', 'e'};
    std::array<krb5_octet, 32> key{};
    credentials.keyblock = {
        .magic = 0, .enctype = ENCTYPE_AES256_CTS_HMAC_SHA1_96, .length = 32, .contents = key.data()};
    credentials.ticket = {.magic = 0, .length = 4, .data = ticket.data()};
    credentials.times.endtime = static_cast<krb5_timestamp>(endtime);
    krb5_cc_store_cred(context_, cache, &credentials);
    krb5_free_principal(context_, credentials.client);
    krb5_free_principal(context_, credentials.server);
  }

  /// The services of the tickets in a cache, in their order.
  [[nodiscard]] std::vector<std::string> services_in(const std::string& cache_name) const {
    std::vector<std::string> services;
    krb5_ccache cache = nullptr;
    krb5_cc_cursor cursor = nullptr;
    krb5_cc_resolve(context_, cache_name.c_str(), &cache);
    krb5_cc_start_seq_get(context_, cache, &cursor);
    for (krb5_creds credentials{}; krb5_cc_next_cred(context_, cache, &cursor, &credentials) == 0;) {
      char* name = nullptr;
      krb5_unparse_name(context_, credentials.server, &name);
      services.emplace_back(name);
      krb5_free_unparsed_name(context_, name);
      krb5_free_cred_contents(context_, &credentials);
    }
    krb5_cc_end_seq_get(context_, cache, &cursor);
    krb5_cc_close(context_, cache);
    return services;
  }

  base::PrivateDirectory directory_ = base::PrivateDirectory::make().value();
  krb5_context context_ = nullptr;
};

constexpr auto krbtgt = "krbtgt/CORP.EXAMPLE@CORP.EXAMPLE";

TEST_F(KerberosTicketTest, UsesTheDefaultFileCacheDirectly) {
  const std::string name = "FILE:" + directory_.path() + "/default";
  store_ticket(name, krbtgt, std::time(nullptr) + 3600);

  const auto ticket = KerberosTicket::at_hand({});

  ASSERT_TRUE(ticket) << ticket.error().message;
  EXPECT_EQ(ticket->ccache(), name);
  EXPECT_EQ(ticket->principal(), "auditor@CORP.EXAMPLE");
}

/// Heimdal has no DIR: cache of the same kind.
TEST_F(KerberosTicketTest, CopiesACacheOfAnotherTypeAndRemovesTheCopy) {
  std::filesystem::create_directory(directory_.path() + "/dir");
  const std::string name = "DIR:" + directory_.path() + "/dir";
  set_default_cache(name);
  store_ticket(name, krbtgt, std::time(nullptr) + 3600);

  std::string copy;
  {
    const auto ticket = KerberosTicket::at_hand({});
    ASSERT_TRUE(ticket) << ticket.error().message;
    ASSERT_TRUE(ticket->ccache().starts_with("FILE:/"));
    copy = ticket->ccache().substr(5);
    EXPECT_TRUE(std::filesystem::exists(copy));
  }
  EXPECT_FALSE(std::filesystem::exists(copy));
}

TEST_F(KerberosTicketTest, CopiesTheTicketGrantingTicketsOnly) {
  const std::string whole = "FILE:" + directory_.path() + "/default";
  constexpr auto other_realm = "krbtgt/BRAND.EXAMPLE@CORP.EXAMPLE";
  store_tickets(whole,
                {krbtgt, "cifs/ca01.corp.example@CORP.EXAMPLE", other_realm, "krbtgt/a/b@CORP.EXAMPLE",
                 "krb5_ccache_conf_data/fast_avail@X-CACHECONF:"},
                std::time(nullptr) + 3600);
  std::string name;
  {
    const auto copy = KerberosTicket::ticket_granting_only(whole);

    ASSERT_TRUE(copy) << copy.error().message;
    name = copy->ccache();
    EXPECT_NE(name, whole);
    EXPECT_EQ(copy->principal(), "auditor@CORP.EXAMPLE");
    EXPECT_THAT(services_in(name), testing::ElementsAre(krbtgt, other_realm));
  }
  EXPECT_FALSE(std::filesystem::exists(name.substr(5)));
  EXPECT_EQ(services_in(whole).size(), 5U);
}

TEST_F(KerberosTicketTest, MakesNoCopyWithoutATicketGrantingTicket) {
  const std::string name = "FILE:" + directory_.path() + "/default";
  EXPECT_FALSE(KerberosTicket::ticket_granting_only(name));
  store_ticket(name, "cifs/ca01.corp.example@CORP.EXAMPLE", std::time(nullptr) + 3600);
  EXPECT_FALSE(KerberosTicket::ticket_granting_only(name));
}

/// Anyone who can write to it may have put a ticket of their own KDC there.
TEST_F(KerberosTicketTest, RefusesACacheThatOthersCanWrite) {
  const std::string file = directory_.path() + "/default";
  store_ticket("FILE:" + file, krbtgt, std::time(nullptr) + 3600);
  std::filesystem::permissions(file, std::filesystem::perms::group_write, std::filesystem::perm_options::add);

  const auto ticket = KerberosTicket::at_hand({});

  ASSERT_FALSE(ticket);
  EXPECT_THAT(ticket.error().message, HasSubstr("others can write to it"));
}

TEST_F(KerberosTicketTest, FailsWithoutACache) {
  const auto ticket = KerberosTicket::at_hand({});

  ASSERT_FALSE(ticket);
  EXPECT_EQ(ticket.error().kind, Kind::kerberos_failed);
  EXPECT_THAT(ticket.error().message, HasSubstr("kinit"));
}

TEST_F(KerberosTicketTest, RefusesAnExpiredTicket) {
  store_ticket("FILE:" + directory_.path() + "/default", krbtgt, std::time(nullptr) - 1);

  const auto ticket = KerberosTicket::at_hand({});

  ASSERT_FALSE(ticket);
  EXPECT_THAT(ticket.error().message, HasSubstr("expired"));
}

TEST_F(KerberosTicketTest, RefusesATicketThatEndsTooEarlyAndCannotBeRenewed) {
  store_ticket("FILE:" + directory_.path() + "/default", krbtgt, std::time(nullptr) + 250);

  const auto ticket = KerberosTicket::at_hand({.least_life = samba_reserve});

  ASSERT_FALSE(ticket);
  EXPECT_EQ(ticket.error().kind, Kind::kerberos_failed);
  EXPECT_THAT(ticket.error().message, HasSubstr("in 4 min, and cannot be renewed; casweep needs a ticket for 5 min"));
}

TEST_F(KerberosTicketTest, UsesAShortTicketIfNoMoreIsNeeded) {
  store_ticket("FILE:" + directory_.path() + "/default", krbtgt, std::time(nullptr) + 250);

  EXPECT_TRUE(KerberosTicket::at_hand({.least_life = std::chrono::seconds(60)}));
}

TEST_F(KerberosTicketTest, KnowsWhenATicketEnds) {
  const std::time_t end = std::time(nullptr) + 250;
  const std::string name = "FILE:" + directory_.path() + "/default";
  store_ticket(name, krbtgt, end);

  EXPECT_EQ(KerberosTicket::end_of(name), std::chrono::sys_seconds(std::chrono::seconds(end)));
  EXPECT_EQ(KerberosTicket::end_of("FILE:/nonexistent"), std::nullopt);
}

TEST_F(KerberosTicketTest, NeedsATicketGrantingTicket) {
  store_ticket("FILE:" + directory_.path() + "/default", "ldap/dc1.corp.example@CORP.EXAMPLE",
               std::time(nullptr) + 3600);

  EXPECT_FALSE(KerberosTicket::at_hand({}));
}

TEST_F(KerberosTicketTest, RefusesAnInvalidAccountName) {
  for (const auto* principal : {"", "@", "@CORP.EXAMPLE", "auditor@", "a@b@c"}) {
    const auto ticket = KerberosTicket::from_password(principal, base::Secret("Passw0rd"), {});
    ASSERT_FALSE(ticket) << principal;
    EXPECT_EQ(ticket.error().kind, Kind::options_unusable) << principal;
  }
}

TEST_F(KerberosTicketTest, FindsNoKdcForAnUnknownRealm) {
  const auto ticket = KerberosTicket::from_password("auditor@NOWHERE.EXAMPLE", base::Secret("Passw0rd"), {});

  ASSERT_FALSE(ticket);
  EXPECT_EQ(ticket.error().kind, Kind::name_not_resolved);
  EXPECT_THAT(ticket.error().message, Not(HasSubstr("Passw0rd")));
}

TEST_F(KerberosTicketTest, WithoutAKeytabIsACredentialsError) {
  const auto ticket = KerberosTicket::from_keytab("auditor@CORP.EXAMPLE", "/nonexistent/keytab", {});

  ASSERT_FALSE(ticket);
  EXPECT_EQ(ticket.error().kind, Kind::kerberos_failed);
}

TEST_F(KerberosTicketTest, FactsOfACacheHoldNoKey) {
  const std::string cache = "FILE:" + directory_.path() + "/default";
  store_ticket(cache, "krbtgt/CORP.EXAMPLE@CORP.EXAMPLE", 2'000'000'000);

  const auto facts = facts_of_cache();

  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->name, cache);
  EXPECT_EQ(facts->principal, "auditor@CORP.EXAMPLE");
  EXPECT_EQ(facts->ticket.end.time_since_epoch(), std::chrono::seconds(2'000'000'000));
  EXPECT_EQ(facts->ticket.renewable_until, std::nullopt);
  EXPECT_EQ(facts->ticket.session_key_type, "aes256-cts");
  EXPECT_EQ(facts->ticket.ticket_type, "unknown encryption type");  // "fake" is no ticket
}

TEST_F(KerberosTicketTest, FactsNeedATicketGrantingTicket) {
  store_ticket("FILE:" + directory_.path() + "/default", "ldap/dc1.corp.example@CORP.EXAMPLE", 2'000'000'000);
  EXPECT_EQ(facts_of_cache().error().kind, Kind::kerberos_failed);
  set_default_cache("FILE:" + directory_.path() + "/none");
  EXPECT_THAT(facts_of_cache().error().message, HasSubstr("run kinit"));
}

TEST_F(KerberosTicketTest, EntriesOfAKeytabHoldNoKey) {
  const std::string file = directory_.path() + "/keytab";
  krb5_keytab keytab = nullptr;
  krb5_kt_resolve(context_, ("FILE:" + file).c_str(), &keytab);
  std::array<krb5_octet, 32> key{};
  krb5_keytab_entry entry{};
  krb5_parse_name(context_, "svc@CORP.EXAMPLE", &entry.principal);
  entry.vno = 7;
  entry.key = {.magic = 0, .enctype = ENCTYPE_AES256_CTS_HMAC_SHA1_96, .length = 32, .contents = key.data()};
  krb5_kt_add_entry(context_, keytab, &entry);
  krb5_free_principal(context_, entry.principal);
  krb5_kt_close(context_, keytab);

  const auto entries = entries_of_keytab(file);

  ASSERT_TRUE(entries) << entries.error().message;
  EXPECT_THAT(*entries, testing::ElementsAre(KeytabEntry{"svc@CORP.EXAMPLE", 7, "aes256-cts"}));
  EXPECT_FALSE(entries_of_keytab(directory_.path() + "/none"));
}

}  // namespace
}  // namespace casweep::logon
