// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "store/migration_internal.h"
#include "tests/support/history_testing.h"

namespace casweep::store {

using namespace test;
namespace {

class SchemaTest : public testing::Test {
 protected:
  SchemaTest() {
    database_.exec("PRAGMA foreign_keys = ON");
    migrate(database_);
    database_.exec(R"(
      INSERT INTO scan (uuid, state, started_at, tool_version)
      VALUES ('00000000-0000-4000-8000-000000000000', 'running', 1, '0');
      INSERT INTO ca (object_guid)
      VALUES ('8b1e0c52-0000-0000-0000-000000000001'), ('8b1e0c52-0000-0000-0000-000000000002');
      INSERT INTO ca_identity (ca_id, content_sha256, certificate_templates_json, enrollment_servers_json)
      VALUES (1, zeroblob(32), '[]', '[]'))");
  }

  [[nodiscard]] bool accepts(const std::string& sql) { return database_.tryExec(sql) == SQLite::OK; }

  [[nodiscard]] bool accepts_reading(const std::string& columns, const std::string& values) {
    return accepts(fmt::format("INSERT INTO reading (content_sha256, rules_version, {}) VALUES (randomblob(32), 1, {})",
                               columns, values));
  }

  SQLite::Database database_{":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
};

using Schema = SchemaTest;
using SchemaOfReading = SchemaTest;
using SchemaOfScan = SchemaTest;
using SchemaOfObservation = SchemaTest;

constexpr auto with_value = "outcome, reason, found_by, matched_by, value_type, value_data, interface_flags";
constexpr auto with_facts = "outcome, reason, found_by, matched_by";

TEST_F(Schema, IsPlainSqlForTheShell) {
  const test::TestFolder folder;
  for (const auto& migration : embedded_migrations()) {
    const auto command =
        fmt::format("sqlite3 -bail {} < {}/{}", (folder / "shell.db").string(), CASWEEP_SCHEMA, migration.name);
    EXPECT_EQ(std::system(command.c_str()), 0) << migration.name;
  }
}

TEST_F(Schema, IsEmbeddedAsItIs) {
  for (const auto& migration : embedded_migrations()) {
    std::ifstream in(std::filesystem::path(CASWEEP_SCHEMA) / migration.name);
    EXPECT_EQ(migration.sql, (std::string{std::istreambuf_iterator<char>(in), {}}));
  }
}

TEST_F(Schema, MigrationOfTheNewestVersionChangesNothing) {
  migrate(database_);
  EXPECT_EQ(database_.execAndGet("SELECT count(*) FROM scan").getInt(), 1);
}

TEST_F(SchemaOfReading, HasNoVerdictWithoutAValue) {
  EXPECT_FALSE(accepts_reading("outcome, reason", "'enforced', 'flag-set'"));
  EXPECT_FALSE(accepts_reading("outcome, reason", "'not-enforced', 'flag-clear'"));
  EXPECT_FALSE(accepts_reading("outcome, reason", "'not-enforced', 'value-absent'"));
  EXPECT_FALSE(accepts_reading("outcome, reason", "'not-exposed', 'rpc-enrollment-off'"));
  EXPECT_FALSE(accepts_reading(with_facts, "'enforced', 'flag-set', 'active', 'key-name'"));
  EXPECT_FALSE(accepts_reading(with_facts, "'not-enforced', 'flag-clear', 'active', 'key-name'"));
  EXPECT_TRUE(accepts_reading("outcome, reason", "'unknown', 'timed-out'"));
}

TEST_F(SchemaOfReading, AllowsTheAbsentValueForNotEnforcedOnly) {
  EXPECT_TRUE(accepts_reading(with_facts, "'not-enforced', 'value-absent', 'active', 'key-name'"));
  EXPECT_FALSE(accepts_reading(with_facts, "'enforced', 'value-absent', 'active', 'key-name'"));
  EXPECT_FALSE(accepts_reading(with_facts, "'not-exposed', 'value-absent', 'active', 'key-name'"));
  EXPECT_FALSE(
      accepts_reading(with_value, "'not-enforced', 'value-absent', 'active', 'key-name', 1, x'41060000', NULL"));
}

TEST_F(SchemaOfReading, HasNoVerdictAgainstItsValue) {
  EXPECT_TRUE(accepts_reading(with_value, "'enforced', 'flag-set', 'active', 'key-name', 4, x'41060000', 0x641"));
  EXPECT_FALSE(accepts_reading(with_value, "'enforced', 'flag-set', 'active', 'key-name', 4, x'41040000', 0x441"));
  EXPECT_FALSE(
      accepts_reading(with_value, "'not-enforced', 'flag-clear', 'active', 'key-name', 4, x'00020000', 0x200"));
  EXPECT_FALSE(
      accepts_reading(with_value, "'not-exposed', 'rpc-enrollment-off', 'active', 'key-name', 4, x'00000000', 0"));
}

TEST_F(SchemaOfReading, HasOnlyTheFlagsOfItsBytes) {
  EXPECT_FALSE(accepts_reading(with_value, "'enforced', 'flag-set', 'active', 'key-name', 4, x'41040000', 0x641"));
  EXPECT_FALSE(accepts_reading(with_value, "'enforced', 'flag-set', 'active', 'key-name', 3, x'41060000', 0x641"));
  EXPECT_FALSE(accepts_reading(with_value, "'enforced', 'flag-set', 'active', 'key-name', 4, x'4106', 0x641"));
  EXPECT_FALSE(accepts_reading(with_value, "'enforced', 'flag-set', 'active', 'key-name', NULL, NULL, 0x641"));
  EXPECT_FALSE(accepts_reading(with_value, "'unknown', 'value-malformed', 'active', 'key-name', 3, x'41', 0x41"));
  EXPECT_TRUE(accepts_reading(with_value, "'unknown', 'value-malformed', 'active', 'key-name', 3, x'41', NULL"));
}

TEST_F(SchemaOfReading, IsEitherFactsOrAFailure) {
  EXPECT_FALSE(accepts_reading("outcome, reason, value_type, value_data", "'unknown', 'timed-out', 4, x'00000000'"));
  EXPECT_FALSE(accepts_reading("outcome, reason, found_by", "'unknown', 'timed-out', 'active'"));
  EXPECT_FALSE(accepts_reading("outcome, reason, found_by, matched_by, failure_detail",
                               "'not-enforced', 'value-absent', 'active', 'key-name', 'Oh.'"));
  EXPECT_FALSE(accepts_reading("outcome, reason, error_domain", "'unknown', 'timed-out', 'errno'"));
  EXPECT_FALSE(accepts_reading("outcome, reason", "'perhaps', 'timed-out'"));
}

TEST_F(SchemaOfScan, EndsInOneWay) {
  EXPECT_FALSE(accepts("UPDATE scan SET finished_at = 2"));
  EXPECT_FALSE(accepts("UPDATE scan SET state = 'complete'"));
  EXPECT_FALSE(accepts("UPDATE scan SET state = 'failed', finished_at = 2"));
  EXPECT_FALSE(accepts("UPDATE scan SET state = 'complete', finished_at = 2, failure = 'Oh.'"));
  EXPECT_FALSE(accepts("UPDATE scan SET state = 'done', finished_at = 2"));
  EXPECT_TRUE(accepts("UPDATE scan SET state = 'complete', finished_at = 2"));
  EXPECT_FALSE(accepts("UPDATE scan SET state = 'running', finished_at = NULL"));
}

TEST_F(SchemaOfObservation, NamesAnIdentityOfItsOwnCa) {
  EXPECT_FALSE(accepts("INSERT INTO observation (scan_id, ca_id, ca_identity_id) VALUES (1, 2, 1)"));
  EXPECT_FALSE(accepts("INSERT INTO observation (scan_id, ca_id, ca_identity_id) VALUES (7, 1, 1)"));
  EXPECT_TRUE(accepts("INSERT INTO observation (scan_id, ca_id, ca_identity_id) VALUES (1, 1, 1)"));
  EXPECT_FALSE(accepts("INSERT INTO observation (scan_id, ca_id, ca_identity_id) VALUES (1, 1, 1)"));
}

TEST_F(SchemaOfObservation, HasTimesExactlyIfItWasRead) {
  ASSERT_TRUE(accepts_reading("outcome, reason", "'unknown', 'timed-out'"));
  EXPECT_FALSE(accepts("INSERT INTO observation VALUES (1, 1, 1, 1, NULL, NULL)"));
  EXPECT_FALSE(accepts("INSERT INTO observation VALUES (1, 1, 1, NULL, 1, 2)"));
  EXPECT_TRUE(accepts("INSERT INTO observation VALUES (1, 1, 1, 1, 1, 2)"));
}

TEST_F(SchemaOfObservation, DoesNotChange) {
  ASSERT_TRUE(accepts("INSERT INTO observation (scan_id, ca_id, ca_identity_id) VALUES (1, 1, 1)"));
  ASSERT_TRUE(accepts_reading("outcome, reason", "'unknown', 'timed-out'"));
  EXPECT_FALSE(accepts("UPDATE observation SET reading_id = 1, started_at = 1, finished_at = 2"));
  EXPECT_FALSE(accepts("UPDATE reading SET reason = 'access-denied'"));
  EXPECT_FALSE(accepts("UPDATE ca_identity SET common_name = 'Other'"));
  ASSERT_TRUE(accepts("UPDATE scan SET state = 'complete', finished_at = 2"));
  EXPECT_FALSE(accepts("INSERT INTO observation (scan_id, ca_id, ca_identity_id) VALUES (1, 1, 1)"));
  EXPECT_FALSE(accepts("INSERT OR REPLACE INTO observation (scan_id, ca_id, ca_identity_id) VALUES (1, 1, 1)"));
}

}  // namespace
}  // namespace casweep::store
