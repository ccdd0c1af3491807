// SPDX-License-Identifier: GPL-3.0-or-later
// What each role of a hub can do, and what none can.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "hub/administration.h"
#include "hub/refusal_internal.h"
#include "tests/hub/hub_testing.h"

namespace casweep::hub {

using namespace test;
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = HubError::Kind;

/// Two sites, each with scans and its own login.
class RightsTest : public ::testing::Test {
 protected:
  RightsTest() {
    record_scans(file_, 2);
    record_scans(folder_ / "other.db", 3);
    site_ = hub_.enroll(file_, "site_a");
    other_site_ = hub_.enroll(folder_ / "other.db", "site_b");
    hub_.publish(file_, "site_a");
    hub_.publish(folder_ / "other.db", "site_b");
  }

  /// The SQLSTATE with which the server refuses `statement`; empty: it does not.
  std::string state_of(const std::string& login, const std::string& statement) const {
    auto connection = hub_.as(login);
    try {
      connection.run(statement);
    } catch (const RefusedByHub& refused) {
      return refused.refusal().sqlstate;
    }
    return {};
  }

  HubOnServer hub_{shared_server()};
  TestFolder folder_;
  std::filesystem::path file_ = folder_ / "history.db";
  std::string site_;
  std::string other_site_;
};

constexpr auto insufficient_privilege = "42501";
constexpr auto not_updatable = "55000";  // a view

std::vector<std::string> first_column(Connection connection, const std::string& query) {
  const Rows rows = connection.select(query);
  std::vector<std::string> values;
  for (std::size_t row = 0; row < rows.size(); ++row) values.push_back(rows.text(row, 0));
  return values;
}

TEST_F(RightsTest, EveryKeyBeginsWithTheSite) {
  const auto keys = first_column(hub_.admin(), R"(
      SELECT format('%s %s: %s, then %s', c.conrelid::regclass, c.contype, c.conname, a.attname)
      FROM pg_constraint AS c JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
      WHERE c.connamespace = 'casweep'::regnamespace AND c.contype IN ('p', 'f') AND a.attname <> 'site_id')");
  EXPECT_THAT(keys, IsEmpty());
  const auto without_key = first_column(hub_.admin(), R"(
      SELECT relname FROM pg_class AS t WHERE relnamespace = 'casweep'::regnamespace AND relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = t.oid AND contype = 'p'))");
  EXPECT_THAT(without_key, IsEmpty());
  // References within a site, to the whole primary key or one that begins with the site as well.
  EXPECT_GT(std::stoi(hub_.value("SELECT count(*) FROM pg_constraint WHERE connamespace = 'casweep'::regnamespace AND "
                                 "contype = 'f'")),
            15);
  // The test finds a key that does not.
  auto admin = hub_.admin();
  Transaction undone(admin);
  admin.run("CREATE TABLE casweep.wrong (id bigint PRIMARY KEY, site_id uuid)");
  EXPECT_FALSE(admin
                   .select("SELECT FROM pg_constraint AS c JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND "
                           "a.attnum = c.conkey[1] WHERE c.connamespace = 'casweep'::regnamespace AND c.contype = 'p' "
                           "AND a.attname <> 'site_id'")
                   .empty());
}

TEST_F(RightsTest, APublisherHasNoTable) {
  const auto tables = first_column(
      hub_.admin(),
      "SELECT relname FROM pg_class WHERE relnamespace = 'casweep'::regnamespace AND relkind IN ('r', 'v')");
  ASSERT_THAT(tables, Contains("observation"));
  ASSERT_THAT(tables, Contains("site_status"));
  for (const std::string& table : tables) {
    EXPECT_EQ(state_of("site_a", "SELECT * FROM casweep." + table), insufficient_privilege) << table;
    EXPECT_THAT(state_of("site_a", "DELETE FROM casweep." + table), AnyOf(insufficient_privilege, not_updatable))
        << table;
  }
  EXPECT_EQ(state_of("site_a", "CREATE TABLE casweep.mine (id int)"), insufficient_privilege);
  EXPECT_EQ(state_of("site_a", "SET ROLE casweep_owner"), insufficient_privilege);
}

TEST_F(RightsTest, APublisherMayExecuteTheThreeFunctionsOfPublishingOnly) {
  const auto functions = first_column(hub_.admin(), R"(
      SELECT proname FROM pg_proc WHERE pronamespace = 'casweep'::regnamespace
        AND has_function_privilege('site_a', oid, 'EXECUTE') ORDER BY proname)");
  EXPECT_EQ(functions, (std::vector<std::string>{"ingest", "open_publication", "received", "schema_version"}));
}

TEST_F(RightsTest, APublisherReachesNoOtherSite) {
  for (const auto* call :
       {"SELECT casweep.open_publication(1); SELECT casweep.ingest('{}')", "SELECT * FROM casweep.received('{}', 1)"}) {
    EXPECT_EQ(state_of("site_a", fmt::format(fmt::runtime(call), other_site_)), "ZC001") << call;
    EXPECT_EQ(state_of("site_a", fmt::format(fmt::runtime(call), "00000000-0000-8000-8000-000000000000")), "ZC001");
  }
}

/// A row in the table for `table` of the current session.
std::string copied(const std::string& table, const std::string& columns, const std::string& values) {
  return fmt::format("INSERT INTO pg_temp.published_{} ({}) VALUES ({});", table, columns, values);
}

TEST_F(RightsTest, APublisherCannotReplaceTheTablesOfThePublication) {
  // Its own table or view, which could run its code with the owner's rights.
  const std::string ingest = fmt::format("SELECT casweep.ingest('{}')", site_);
  EXPECT_EQ(
      state_of("site_a", "CREATE TEMPORARY TABLE published_ledger (seq bigint); SELECT casweep.open_publication(1)"),
      "42P07");
  EXPECT_EQ(
      state_of("site_a",
               "CREATE TEMPORARY VIEW published_ledger AS SELECT 1::bigint AS seq, ''::text AS ts, ''::text AS kind, "
               "''::text AS body, ''::bytea AS prev, ''::bytea AS hash; " +
                   ingest),
      "ZC007");
  EXPECT_EQ(state_of("site_a", "SELECT casweep.open_publication(1); DROP TABLE pg_temp.published_ledger"),
            insufficient_privilege);
  EXPECT_EQ(state_of("site_a", "SELECT casweep.open_publication(1); ALTER TABLE pg_temp.published_ledger ADD x int"),
            insufficient_privilege);
  EXPECT_EQ(
      state_of("site_a",
               "CREATE FUNCTION pg_temp.evil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
               "SELECT casweep.open_publication(1); CREATE TRIGGER evil BEFORE INSERT ON pg_temp.published_ledger "
               "FOR EACH ROW EXECUTE FUNCTION pg_temp.evil()"),
      insufficient_privilege);
  EXPECT_EQ(state_of("site_a", "SELECT casweep.open_publication(1); SELECT * FROM pg_temp.published_bound"),
            insufficient_privilege);
  EXPECT_EQ(state_of("site_a", "SELECT casweep.open_publication(99)"), "ZC007");
}

TEST_F(RightsTest, NoEntryIsForged) {
  const std::string begin = "BEGIN; SELECT casweep.open_publication(1);";
  const std::string ingest = fmt::format("SELECT casweep.ingest('{}')", site_);
  const std::string columns = "seq, ts, kind, body, prev, hash";
  const std::string head =
      hub_.value(fmt::format("SELECT encode(head_hash, 'hex') FROM casweep.site WHERE site_id = '{}'", site_));
  const auto entry = [&](const char* seq, const std::string& prev, const std::string& hash) {
    return copied("ledger", columns, fmt::format("{}, 't', 'disposition', '{{}}', '\\x{}', {}", seq, prev, hash));
  };
  const auto right_hash = [](const char* seq, const std::string& prev) {
    return fmt::format("sha256(convert_to('{}' || E'\\n{}\\nt\\ndisposition\\n{{}}', 'UTF8'))", prev, seq);
  };
  const std::string zeros(64, '0');
  EXPECT_EQ(state_of("site_a", begin + entry("5", head, "'\\x" + zeros + "'") + ingest), "ZC004");
  EXPECT_EQ(state_of("site_a", begin + entry("5", zeros, right_hash("5", zeros)) + ingest), "ZC002");
  EXPECT_EQ(state_of("site_a", begin + entry("6", head, right_hash("6", head)) + ingest), "ZC003");
  EXPECT_EQ(state_of("site_a", begin + entry("2", head, right_hash("2", head)) + ingest), "ZC002");
  // A right entry, but rows that it does not bind.
  const std::string good = begin + entry("5", head, right_hash("5", head));
  EXPECT_EQ(state_of("site_a", good + copied("ca", "id, object_guid", "77, gen_random_uuid()") + ingest), "ZC005");
  EXPECT_EQ(state_of("site_a", good + copied("observation", "scan_id, ca_id, ca_identity_id", "1, 3, 3") + ingest),
            "23505");
  EXPECT_EQ(state_of("site_a", good + copied("observation", "scan_id, ca_id, ca_identity_id", "2, 3, 3") + ingest),
            "ZC005");
  EXPECT_EQ(state_of("site_a",
                     good + copied("ca_identity_certificate", "ca_identity_id, position, certificate_id", "1, 9, 1") +
                         ingest),
            "ZC005");
  EXPECT_EQ(state_of("site_a", good + ingest), "");
  hub_.expect_sound();
}

TEST_F(RightsTest, WhatWasReceivedDoesNotChange) {
  auto admin = hub_.admin();
  const auto tables = first_column(hub_.admin(), R"(
      SELECT relname FROM pg_class WHERE relnamespace = 'casweep'::regnamespace AND relkind = 'r'
        AND relname NOT IN ('site', 'reader_site', 'ca_latest', 'evidence_bundle', 'disposition'))");
  ASSERT_THAT(tables, Contains("ledger"));
  for (const std::string& table : tables) {
    for (const char* change :
         {"DELETE FROM casweep.{}", "UPDATE casweep.{} SET site_id = site_id", "TRUNCATE casweep.{} CASCADE"}) {
      EXPECT_EQ(state_of("postgres", fmt::format(fmt::runtime(change), table)), "ZC006") << table << change;
    }
  }
}

TEST_F(RightsTest, AReaderReadsEverySiteAndWritesNone) {
  hub_.admin().run("CREATE ROLE reader LOGIN IN ROLE casweep_reader");
  EXPECT_EQ(first_column(hub_.as("reader"), "SELECT site_id FROM casweep.site_status").size(), 2U);
  EXPECT_EQ(first_column(hub_.as("reader"), "SELECT object_guid FROM casweep.ca_status").size(), 6U);
  for (const char* statement :
       {"DELETE FROM casweep.scan", "UPDATE casweep.site SET login = 'reader'", "TRUNCATE casweep.ledger",
        "INSERT INTO casweep.site (site_id, login) VALUES (gen_random_uuid(), 'reader')",
        "SELECT casweep.open_publication(1)", "SELECT casweep.check_site(gen_random_uuid())"}) {
    EXPECT_EQ(state_of("reader", statement), insufficient_privilege) << statement;
  }
  hub_.admin().run("DROP ROLE reader");
}

TEST_F(RightsTest, AReaderOfOneSiteSeesNoOther) {
  auto owner = hub_.admin();
  EXPECT_TRUE(enroll_reader(owner, site_, "auditor").made_role);
  const auto views = first_column(
      hub_.admin(),
      "SELECT relname FROM pg_class WHERE relnamespace = 'casweep'::regnamespace AND relkind IN ('r', 'v')");
  for (const std::string& view : views) {
    for (const std::string& site : first_column(hub_.as("auditor"), "SELECT DISTINCT site_id FROM casweep." + view)) {
      EXPECT_EQ(site, site_) << view;
    }
  }
  EXPECT_EQ(first_column(hub_.as("auditor"), "SELECT scan_id FROM casweep.scan_history").size(), 2U);
  EXPECT_EQ(state_of("auditor", fmt::format("SELECT casweep.received('{}', 1)", other_site_)), "ZC001");
  EXPECT_EQ(state_of("auditor", fmt::format("SELECT casweep.received('{}', 1)", site_)), "");

  auto again = hub_.admin();
  EXPECT_TRUE(revoke_reader(again, site_, "auditor"));
  EXPECT_THAT(first_column(hub_.as("auditor"), "SELECT site_id FROM casweep.site_status"), IsEmpty());
}

TEST_F(RightsTest, OnlyTheOwnerEnrolls) {
  auto publisher = hub_.as("site_a");
  EXPECT_EQ(error_of([&] { enroll_site(publisher, other_site_, "site_a"); }).kind(), Kind::credentials);
  auto checker = hub_.as("site_a");
  EXPECT_EQ(error_of([&] { check_hub(checker); }).kind(), Kind::credentials);

  // A member of casweep_owner who is no administrator.
  hub_.admin().run("CREATE ROLE owner_1 LOGIN IN ROLE casweep_owner");
  {
    auto owner = hub_.as("owner_1");
    EXPECT_EQ(enroll_site(owner, site_, "site_b").replaced, "site_a");
    auto another = hub_.as("owner_1");
    const HubError error = error_of([&] { enroll_site(another, site_, "nobody_yet"); });
    EXPECT_EQ(error.kind(), Kind::credentials);
    EXPECT_THAT(error.what(), HasSubstr("CREATE ROLE \"nobody_yet\" LOGIN"));
  }
  hub_.admin().run("DROP ROLE owner_1");
}

/// Each change that an owner can make behind casweep's back is found.
TEST_F(RightsTest, CheckFindsChangesByTheOwner) {
  struct Change {
    std::string statement;
    std::string finding;
  };
  const std::string off = "SET session_replication_role = replica; ";
  const std::vector<Change> changes{
      {off + "UPDATE casweep.reading SET detail = 'fine' WHERE id = 1",
       "reading 1: it is not what the ledger recorded"},
      {off + "UPDATE casweep.observation SET reading_id = 1 WHERE scan_id = 2",
       "observation 2: it is not what the ledger recorded of this scan"},
      {off + "DELETE FROM casweep.ledger WHERE seq = 3", "ledger 4: entries before it are missing"},
      {off + "UPDATE casweep.ledger SET body = body || ' ' WHERE seq = 2",
       "ledger 2: its hash is not that of its content"},
      {off + "UPDATE casweep.scan SET state = 'failed' WHERE id = 1",
       "scan 1: it is not the scan that the ledger recorded"},
      {off + "DELETE FROM casweep.certificate WHERE id = 1", "certificate 1: it is missing"},
      {off + "UPDATE casweep.scan_total SET enforced = enforced + 1 WHERE scan_id = 1",
       "scan_total 1: it is not what follows from the scans"},
      {"UPDATE casweep.ca_latest SET scan_id = 1 WHERE ca_id = 2",
       "ca_latest 1: it is not what follows from the scans"},
      {"UPDATE casweep.site SET head_seq = 3", "site 3: the noted head is not the newest entry"},
      {"ALTER TABLE casweep.ledger DISABLE TRIGGER is_final",
       " 0: the trigger is_final of the table ledger is switched off"},
      {"GRANT DELETE ON casweep.scan TO casweep_reader", " 0: casweep_reader may DELETE in the table scan"},
      {"GRANT SELECT ON casweep.scan TO PUBLIC", " 0: everyone may read the table scan"},
      {"ALTER TABLE casweep.scan DISABLE ROW LEVEL SECURITY",
       " 0: row-level security of the table scan is switched off"},
      {"GRANT EXECUTE ON FUNCTION casweep.check_rights() TO PUBLIC",
       " 0: everyone may execute the function check_rights"},
      {"DROP TRIGGER stays ON casweep.ca", " 0: the table ca has no trigger against changes"}};
  for (const Change& change : changes) {
    auto admin = hub_.admin();
    Transaction undone(admin);
    admin.run(change.statement);
    std::vector<std::string> found;
    for (const HubDamage& damage : check_hub(admin).damages) {
      found.push_back(fmt::format("{} {}: {}", damage.table, damage.row.value_or(0), damage.what));
    }
    EXPECT_THAT(found, Contains(change.finding)) << change.statement;
  }
  hub_.expect_sound();
}

}  // namespace
}  // namespace casweep::hub
