// SPDX-License-Identifier: GPL-3.0-or-later
// Histories that an attacker prepared, so that a later scan shows what the attacker wants.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "history/decision_rules.h"
#include "store/database_file_internal.h"
#include "store/history_backup.h"
#include "store/history_check.h"
#include "store/ledger_internal.h"
#include "store/ledger_rows_internal.h"
#include "store/schema_internal.h"
#include "tests/support/history_testing.h"

namespace casweep::store {

using namespace test;
namespace {

namespace fs = std::filesystem;
using Kind = StoreError::Kind;
using assess::Verdict;
using testing::AnyOf;
using testing::Contains;
using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const StoreError& error) {
    return error.what();
  }
  return "nothing was thrown";
}

class PoisonedHistoryTest : public testing::Test {
 protected:
  PoisonedHistoryTest() {
    auto history = History::open(file_);
    record_scan(history, {enforced_example(1, "A"), enforced_example(2, "B")});
  }

  /// With the rights of the file's owner, and with triggers and constraints disabled.
  void poison(const std::string& sql) const {
    SQLite::Database database(file_, SQLite::OPEN_READWRITE);
    database.exec("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON");
    std::vector<std::string> triggers;
    SQLite::Statement select(database, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
    std::string drop;
    while (select.executeStep()) {
      drop += fmt::format("DROP TRIGGER \"{}\";", select.getColumn(0).getString());
      triggers.push_back(select.getColumn(1).getString());
    }
    select.reset();
    database.exec(drop);
    database.exec(sql);
    for (const auto& trigger : triggers) database.exec(trigger);
  }

  void poison_schema(const std::string& sql) const {
    SQLite::Database(file_, SQLite::OPEN_READWRITE).exec("PRAGMA writable_schema = ON;" + sql);
  }

  /// A row of another history, which recorded `ca`, as SQL literals by column.
  [[nodiscard]] static std::string literal_of(const history::Observation& ca, const std::string& table,
                                              const std::string& column) {
    const test::TestFolder folder;
    {
      auto history = History::open(folder / "other.db");
      record_scan(history, {ca});
    }
    return SQLite::Database(folder / "other.db", SQLite::OPEN_READONLY)
        .execAndGet(fmt::format("SELECT quote({}) FROM {} ORDER BY id LIMIT 1", column, table))
        .getString();
  }

  /// A valid next entry, as everyone can make it who can compute a SHA-256.
  void append_entry(const std::string& kind, const std::string& body) const {
    SQLite::Database database(file_, SQLite::OPEN_READWRITE);
    const auto last = ledger_head(database);
    history::LedgerEntry entry{.seq = last.seq + 1,
                               .ts = "2026-11-23T02:43:54.123Z",
                               .kind = kind,
                               .body = body,
                               .prev = last.hash,
                               .hash = {}};
    SQLite::Statement insert(database, "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind(1, entry.seq);
    insert.bind(2, entry.ts);
    insert.bind(3, entry.kind);
    insert.bind(4, entry.body);
    insert.bind(5, entry.prev);
    insert.bind(6, history::ledger_hash(entry));
    insert.exec();
  }

  [[nodiscard]] std::vector<std::string> findings() const {
    std::vector<std::string> said;
    for (const auto& damage : check_history(file_).damages) said.push_back(damage.table + ": " + damage.what);
    return said;
  }

  test::TestFolder folder_;
  fs::path file_ = folder_ / "history.db";
};

// The schema.

struct Poison {
  std::string name;
  std::string sql;      ///< with writable_schema
  std::string finding;  ///< reported by db check

  friend void PrintTo(const Poison& poison, std::ostream* out) { *out << poison.sql; }
};

class PoisonedSchema : public PoisonedHistoryTest, public testing::WithParamInterface<Poison> {};

TEST_P(PoisonedSchema, IsRefusedForEveryUse) {
  poison_schema(GetParam().sql);
  const auto refused = AnyOf(Kind::altered, Kind::damaged);

  EXPECT_THAT(kind_of_error([&] { (void)History::open(file_); }), refused);
  EXPECT_THAT(kind_of_error([&] { (void)History::open_existing(file_); }), refused);
  EXPECT_THAT(kind_of_error([&] { (void)back_up_history(file_, folder_ / "backup.db", base::Existing::keep); }),
              refused);
  EXPECT_FALSE(fs::exists(folder_ / "backup.db"));
}

TEST_P(PoisonedSchema, IsRefusedWhereNothingCanBeWritten) {
  poison_schema(GetParam().sql);
  SQLite::Database(file_, SQLite::OPEN_READWRITE).tryExec("PRAGMA journal_mode = DELETE");
  fs::permissions(file_, fs::perms(0444));
  fs::permissions(folder_.path(), fs::perms(0555));
  EXPECT_THAT(without_root([&] { return message_of([&] { (void)History::open_existing(file_); }); }),
              AnyOf(HasSubstr("not to be trusted"), HasSubstr("damaged")));
}

TEST_P(PoisonedSchema, IsAFindingOfTheCheck) {
  poison_schema(GetParam().sql);
  try {
    EXPECT_THAT(findings(), Contains(HasSubstr(GetParam().finding)));
  } catch (const StoreError& error) {
    EXPECT_THAT(error.kind(), AnyOf(Kind::altered, Kind::damaged));  // it cannot be opened at all
  }
}

std::string name_of_poison(const testing::TestParamInfo<Poison>& poison) { return poison.param.name; }

const std::string verdict_writer =
    "BEFORE INSERT ON observation WHEN new.reading_id IS NOT NULL BEGIN INSERT INTO observation "
    "SELECT new.scan_id, new.ca_id, new.ca_identity_id, (SELECT min(id) FROM reading WHERE outcome = 'enforced'), "
    "new.started_at, new.finished_at; SELECT raise(IGNORE); END";

const std::string endless_view =
    "ALTER TABLE scan RENAME TO s2; CREATE VIEW scan AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM "
    "n) SELECT s2.* FROM s2, n";

INSTANTIATE_TEST_SUITE_P(
    All, PoisonedSchema,
    testing::Values(
        Poison{"ATrigger", "CREATE TRIGGER x " + verdict_writer, "observation: has a trigger x that"},
        Poison{"ATriggerNamedAsStatistics",
               "CREATE TRIGGER x " + verdict_writer +
                   "; UPDATE sqlite_schema SET name = 'sqlite_stat9', sql = replace(sql, 'TRIGGER x ', "
                   "'TRIGGER sqlite_stat9 ') WHERE name = 'x'",
               "observation: has a trigger sqlite_stat9 that"},
        Poison{"ATriggerNamedAsStatisticsThatMayBeThere",
               "CREATE TRIGGER x " + verdict_writer +
                   "; UPDATE sqlite_schema SET name = 'sqlite_stat1', sql = replace(sql, 'TRIGGER x ', "
                   "'TRIGGER sqlite_stat1 ') WHERE name = 'x'",
               "observation: has a trigger sqlite_stat1 that"},
        Poison{
            "ATriggerNamedAsATableBeforeIt",
            "CREATE TRIGGER x " + verdict_writer +
                "; UPDATE sqlite_schema SET rowid = rowid + 1000 WHERE rowid >= (SELECT rowid FROM sqlite_schema WHERE "
                "name = 'ledger'); UPDATE sqlite_schema SET rowid = (SELECT rowid - 1 FROM sqlite_schema WHERE "
                "name = 'ledger'), name = 'ledger', sql = replace(sql, 'TRIGGER x ', 'TRIGGER ledger ') WHERE name = "
                "'x'",
            "observation: has a trigger ledger that"},
        Poison{"ATriggerOnAnOwnTrigger", "CREATE TRIGGER x AFTER INSERT ON reading BEGIN SELECT 1; END",
               "reading: has a trigger x that"},
        Poison{"ALostTrigger", "DROP TRIGGER reading_is_final", "reading: has lost its trigger reading_is_final"},
        Poison{"AnotherTrigger",
               "DROP TRIGGER reading_is_final; CREATE TRIGGER reading_is_final BEFORE UPDATE ON reading BEGIN SELECT "
               "1; END",
               "reading: has another trigger reading_is_final"},
        Poison{"TheSameTriggerInOtherWords",
               "UPDATE sqlite_schema SET sql = replace(sql, 'BEFORE', 'before') WHERE name = 'reading_is_final'",
               "reading: has another trigger reading_is_final"},
        Poison{"AView", "CREATE VIEW v AS SELECT 1", "v: has a view v that"},
        Poison{"AViewWithoutEnd", endless_view, "scan: has a view scan that"},
        Poison{"ATable", "CREATE TABLE mine (a)", "mine: has a table mine that"},
        Poison{"ATableNamedAsStatistics",
               "CREATE TABLE x (a); UPDATE sqlite_schema SET name = 'sqlite_stat4', tbl_name = 'sqlite_stat4', sql = "
               "'CREATE TABLE sqlite_stat4(a)' WHERE name = 'x'",
               "sqlite_stat4: has a table sqlite_stat4 that"},
        Poison{"ATableWithoutRowid", "CREATE TABLE mine (a PRIMARY KEY) WITHOUT ROWID", "mine: has a table mine that"},
        Poison{"AnIndex", "CREATE INDEX i ON reading (outcome)", "reading: has a index i that"},
        Poison{"AnIndexOfAnExpression", "CREATE INDEX i ON reading (hex(zeroblob(id)))", "reading: has a index i that"},
        Poison{"AnIndexWithTheStatisticsName",
               "CREATE INDEX i ON reading (outcome); UPDATE sqlite_schema SET name = 'sqlite_stat1', sql = "
               "'CREATE INDEX sqlite_stat1 ON reading (outcome)' WHERE name = 'i'",
               "reading: has a index sqlite_stat1 that"},
        Poison{"ALostIndex", "DROP INDEX disposition_of_ca", "disposition: has lost its index disposition_of_ca"},
        Poison{"AGeneratedColumn", "ALTER TABLE scan ADD COLUMN x INTEGER AS (1)", "scan: has another table scan"},
        Poison{"ALooserTable",
               "UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (outcome IN', 'CHECK (outcome NOT IN') WHERE name = "
               "'reading'",
               "reading: has another table reading"},
        Poison{"ATextWithAnEnd",
               "UPDATE sqlite_schema SET sql = CAST(sql || char(0) || 'x' AS TEXT) WHERE name = 'reading_is_final'",
               "reading: has another trigger reading_is_final"},
        Poison{"ANameThatIsABlob", "UPDATE sqlite_schema SET sql = CAST(sql AS BLOB) WHERE name = 'reading_is_final'",
               "reading: has another trigger reading_is_final"},
        Poison{"TwoIndexesOnOnePage",
               "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = "
               "'sqlite_autoindex_reading_1') WHERE name = 'sqlite_autoindex_certificate_1'",
               "at the page of another"},
        Poison{"TwoTablesOnOnePage",
               "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'reading') WHERE "
               "name = 'certificate'",
               "at the page of another"},
        Poison{"ATableOnTheSchemasPage", "UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'certificate'",
               "at the page of another"},
        Poison{"AnIndexOfAConstraintTwice",
               "INSERT INTO sqlite_schema SELECT * FROM sqlite_schema WHERE name = 'sqlite_autoindex_reading_1'",
               "reading: has a index sqlite_autoindex_reading_1 that"},
        Poison{"TablesBeforeThereIsAHistory", "PRAGMA user_version = 0; CREATE TRIGGER x " + verdict_writer, ""}),
    name_of_poison);

using PoisonedHistory = PoisonedHistoryTest;

TEST_F(PoisonedHistory, IsNotWhatAnalyzeLeaves) {
  SQLite::Database(file_, SQLite::OPEN_READWRITE).exec("ANALYZE");
  EXPECT_NO_THROW((void)History::open(file_));
  EXPECT_NO_THROW((void)History::open_existing(file_));
}

TEST_F(PoisonedHistory, IsRefusedInOneSentenceThatSaysWhatToDo) {
  poison_schema("CREATE TRIGGER x " + verdict_writer);
  EXPECT_EQ(message_of([&] { (void)History::open(file_); }),
            fmt::format("The history {} is not to be trusted: in its schema, observation has a trigger x that casweep "
                        "did not make. It is not what casweep wrote: keep the file as evidence, see what 'casweep db "
                        "check' finds, and restore a backup or start a new history.",
                        file_.string()));
}

/// Also for a command that already runs.
TEST_F(PoisonedHistory, IsRefusedWhenItIsPoisonedWhileItIsOpen) {
  auto history = History::open(file_);
  poison_schema("CREATE TRIGGER x " + verdict_writer);
  EXPECT_EQ(kind_of_error([&] { record_scan(history, {not_enforced_example(1, "A")}); }), Kind::altered);
}

TEST(EmbeddedSchema, IsWhatTheMigrationsMake) {
  std::vector<Migration> copy(embedded_migrations().begin(), embedded_migrations().end());
  for (const auto& migration : copy) {
    EXPECT_EQ(schema_of_version(migration.version), schema_of_version(migration.version, copy));
  }
  EXPECT_THAT(schema_of_version(newest_version()), Not(IsEmpty()));
}

// Development builds.

class UnreleasedVersion : public PoisonedHistoryTest, public testing::WithParamInterface<int> {};

TEST_P(UnreleasedVersion, IsReportedInASentence) {
  poison_schema(fmt::format("PRAGMA user_version = {}", GetParam()));
  for (const auto& use : {std::function<void()>([&] { (void)History::open(file_); }),
                          std::function<void()>([&] { (void)History::open_existing(file_); }),
                          std::function<void()>([&] { (void)check_history(file_); })}) {
    EXPECT_THAT(message_of(use), HasSubstr("was written by an unreleased version of casweep"));
  }
}

INSTANTIATE_TEST_SUITE_P(All, UnreleasedVersion, testing::Values(2, 3, 4, 5));

TEST(UnreleasedLayout, OfVersion1IsReportedInASentence) {
  const test::TestFolder folder;
  SQLite::Database(folder / "old.db", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec(
          "PRAGMA application_id = 0x43535750; CREATE TABLE scan (id INTEGER PRIMARY KEY); CREATE TABLE observation "
          "(scan_id, ca_id); CREATE INDEX observation_of_ca ON observation (ca_id, scan_id); PRAGMA user_version = 1");
  EXPECT_THAT(message_of([&] { (void)History::open(folder / "old.db"); }), HasSubstr("unreleased version"));
  EXPECT_THAT(message_of([&] { (void)check_history(folder / "old.db"); }), HasSubstr("unreleased version"));
}

// Stored hashes are not trusted.

TEST_F(PoisonedHistory, DoesNotTurnAPlantedReadingIntoAVerdict) {
  const auto truth = not_enforced_example(1, "A");
  poison("UPDATE reading SET content_sha256 = " + literal_of(truth, "reading", "content_sha256") + " WHERE id = 1");
  {
    auto history = History::open(file_);
    const auto message = message_of([&] { record_scan(history, {truth}); });
    EXPECT_THAT(message, HasSubstr("of the CA 'A (display)', reading 1 has the key"));
    EXPECT_THAT(message, HasSubstr("not to be trusted"));
  }
  EXPECT_NE(History::open_existing(file_).scan(2).state, history::ScanState::complete);
  EXPECT_THAT(History::open_existing(file_).scan(2).cas, IsEmpty());
}

TEST_F(PoisonedHistory, DoesNotGiveACaAPlantedIdentity) {
  auto truth = enforced_example(1, "A");
  truth.service.dns_host_name = "new.corp.example";
  poison("UPDATE ca_identity SET content_sha256 = " + literal_of(truth, "ca_identity", "content_sha256") +
         " WHERE id = 1");
  auto history = History::open(file_);
  EXPECT_EQ(kind_of_error([&] { record_scan(history, {truth}); }), Kind::altered);
}

TEST_F(PoisonedHistory, DoesNotGiveACaAnothersIdentity) {
  poison(
      "UPDATE ca_identity SET content_sha256 = zeroblob(32) WHERE id = 1;"
      "UPDATE ca_identity SET content_sha256 = " +
      literal_of(enforced_example(1, "A"), "ca_identity", "content_sha256") + " WHERE id = 2");
  auto history = History::open(file_);
  EXPECT_EQ(kind_of_error([&] { record_scan(history, {enforced_example(1, "A")}); }), Kind::altered);
}

TEST_F(PoisonedHistory, DoesNotGiveACaPlantedCertificates) {
  for (const auto* sql : {"UPDATE certificate SET der = x'3000' WHERE id = 1",
                          "UPDATE ca_identity_certificate SET certificate_id = 2 WHERE position = 0",
                          "DELETE FROM ca_identity_certificate WHERE position = 1"}) {
    poison(sql);
    auto history = History::open(file_);
    EXPECT_EQ(kind_of_error([&] { record_scan(history, {enforced_example(1, "A")}); }), Kind::altered) << sql;
  }
}

/// An index that points to another row: the schema does not show its content.
TEST_F(PoisonedHistory, DoesNotMistakeOneCaForAnotherByItsIndex) {
  const auto saved = [&](const char* name) {
    return SQLite::Database(file_, SQLite::OPEN_READONLY)
        .execAndGet(fmt::format("SELECT quote(type) || ',' || quote(name) || ',' || quote(tbl_name) || ',' || rootpage "
                                "|| ',' || quote(sql) FROM sqlite_schema WHERE name = '{}'",
                                name))
        .getString();
  };
  const auto table = saved("ca");
  const auto index = saved("sqlite_autoindex_ca_1");
  poison_schema(
      "UPDATE sqlite_schema SET sql = replace(sql, ' UNIQUE', '') WHERE name = 'ca';"
      "DELETE FROM sqlite_schema WHERE name = 'sqlite_autoindex_ca_1'");
  poison("UPDATE ca SET object_guid = substr(object_guid, 1, 35) || (3 - id)");
  poison_schema("DELETE FROM sqlite_schema WHERE name = 'ca'; INSERT INTO sqlite_schema VALUES (" + table + "), (" +
                index + ")");
  auto history = History::open(file_);

  EXPECT_EQ(kind_of_error([&] { record_scan(history, {enforced_example(1, "A")}); }), Kind::altered);
}

TEST_F(PoisonedHistory, ChecksTheHashOfEveryContent) {
  for (const auto& [table, id] : {std::pair{"reading", 1}, std::pair{"ca_identity", 1}}) {
    poison(fmt::format("UPDATE {} SET content_sha256 = randomblob(32) WHERE id = {}", table, id));
    EXPECT_THAT(findings(), Contains(fmt::format("{}: does not match the hash of its content", table)));
  }
  poison("UPDATE certificate SET sha256 = randomblob(32) WHERE id = 1");
  EXPECT_THAT(findings(), Contains("certificate: does not match the hash of its content"));
}

// The ledger.

/// A row and its entry that were inserted between two scans for the second one to find.
TEST_F(PoisonedHistory, HasNoRowsInsertedOutsideAScan) {
  poison(
      "INSERT INTO reading SELECT 9, randomblob(32), outcome, reason, detail, rules_version, key_path, address, "
      "protocol, account, found_by, matched_by, server_name, value_type, value_data, interface_flags, "
      "key_last_write_at, "
      "failure_detail, error_domain, error_number, error_symbol FROM reading WHERE id = 1");
  SQLite::Database database(file_, SQLite::OPEN_READONLY);
  const auto row = rows_since(database, {{"reading", 8}})["reading"][0][1].get<std::string>();
  const auto before = ledger_head(database);

  for (const auto* kind : {"migrated", "disposition", "scan_started", "scan_finished"}) {
    append_entry(kind, fmt::format(R"({{"rows":{{"reading":[[9,"{}"]]}}}})", row));
  }

  const auto check = check_history(file_, before.hash);
  std::vector<std::string> said;
  for (const auto& damage : check.damages) said.push_back(fmt::format("{} {}", damage.row.value_or(0), damage.what));
  EXPECT_THAT(said, Contains(fmt::format("{} is of a kind that casweep does not write", before.seq + 1)));
  EXPECT_THAT(said, Contains(fmt::format("{} records rows of the table reading, which no entry of its kind does",
                                         before.seq + 2)));
  EXPECT_THAT(said, Contains(fmt::format("{} does not name its scan", before.seq + 4)));
  EXPECT_THAT(said, Contains("9 does not match the hash of its content"));
  EXPECT_THAT(said, Contains(HasSubstr("whose scan did not need it")));
  EXPECT_EQ(check.entries_since.at(""), 1u);
  EXPECT_EQ(check.entries_since.at("scan_finished"), 1u);
}

TEST_F(PoisonedHistory, HasNoScanThatEndsTwiceOrBeginsTwice) {
  const auto uuid = History::open_existing(file_).scan(1).uuid;
  append_entry("scan_started", fmt::format(R"({{"scan":1,"uuid":"{}","state":"running"}})", uuid));
  append_entry("scan_finished", fmt::format(R"({{"scan":1,"uuid":"{}","state":"complete"}})", uuid));
  append_entry("scan_finished", fmt::format(R"({{"scan":7,"uuid":"{}","state":"complete"}})", uuid));
  append_entry("disposition", R"({"scan":1,"uuid":"x","rows":{}})");
  const auto said = findings();
  EXPECT_THAT(said, Contains("ledger: begins scan 1, which had already begun"));
  EXPECT_THAT(said, Contains("ledger: ends scan 1, which had already ended"));
  EXPECT_THAT(said, Contains("ledger: ends scan 7, which no entry before it begins"));
  EXPECT_THAT(said, Contains("ledger: is about a scan, which no entry of its kind is"));
  EXPECT_THAT(said, Contains("ledger: records 0 rows instead of one"));
}

TEST_F(PoisonedHistory, HasNoException) {
  poison(
      "INSERT INTO disposition (ca_id, status, reason, approver, until_at, set_at) VALUES (1, 'third-party', 'So.', "
      "'me', 2, 1)");
  const auto history = History::open_existing(file_);
  EXPECT_EQ(kind_of_error([&] { (void)history.forest_status(at(2)); }), Kind::altered);
  EXPECT_EQ(kind_of_error([&] { (void)history.ca_summary(guid(1), at(2)); }), Kind::altered);
  EXPECT_EQ(kind_of_error([&] { (void)history.decisions(); }), Kind::altered);
}

TEST_F(PoisonedHistory, DoesNotForgetThatAnExceptionWasWithdrawn) {
  {
    auto history = History::open(file_);
    for (const auto status : {history::Status::third_party, history::Status::to_address}) {
      history.decide({.object_guid = guid(1),
                      .status = status,
                      .reason = "So.",
                      .approver = "me",
                      .until = status == history::Status::to_address ? std::nullopt
                                                                     : std::optional{at(5) + history::default_duration},
                      .set_at = at(5)});
    }
    EXPECT_EQ(history.decisions().size(), 2u);
  }
  poison("DELETE FROM disposition WHERE id = 2");
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_).decisions(); }), Kind::altered);
}

TEST_F(PoisonedHistory, HasNoBundleThatWasNotMade) {
  poison("INSERT INTO evidence_bundle (scan_id, sums_sha256, made_at) VALUES (1, zeroblob(32), 1)");
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_).last_evidence_bundle(); }), Kind::altered);
}

/// An exception stays with its CA.
TEST_F(PoisonedHistory, DoesNotMoveAnExceptionToAnotherCa) {
  History::open(file_).decide({.object_guid = guid(2),
                               .status = history::Status::third_party,
                               .reason = "So.",
                               .approver = "me",
                               .until = at(5) + history::default_duration,
                               .set_at = at(5)});
  EXPECT_EQ(History::open_existing(file_).decisions().size(), 1u);
  const auto save = [&](const char* name) { return fs::copy_file(file_, folder_ / name); };
  ASSERT_TRUE(save("saved.db"));
  for (const std::string sql :
       {"UPDATE ca SET object_guid = 'x' || substr(object_guid, 2) WHERE id = 1;"
        "UPDATE ca SET object_guid = substr(object_guid, 1, 35) || '1' WHERE id = 2;"
        "UPDATE ca SET object_guid = '0' || substr(object_guid, 2, 34) || '2' WHERE id = 1",
        "DELETE FROM ca WHERE id = 2", "UPDATE ca SET object_guid = substr(object_guid, 1, 35) || '9' WHERE id = 2"}) {
    fs::copy_file(folder_ / "saved.db", file_, fs::copy_options::overwrite_existing);
    poison(sql);
    const auto history = History::open_existing(file_);
    EXPECT_THAT(message_of([&] { (void)history.decisions(); }), HasSubstr("ca 2 ")) << sql;
    EXPECT_EQ(kind_of_error([&] { (void)history.forest_status(at(9)); }), Kind::altered) << sql;
    EXPECT_EQ(kind_of_error([&] { (void)history.ca_summary(guid(1), at(9)); }), Kind::altered);
  }
}

/// The entry after it reveals an entry whose hash was recomputed.
TEST_F(PoisonedHistory, DoesNotTrustARewrittenEntry) {
  {
    auto history = History::open(file_);
    history.decide({.object_guid = guid(1),
                    .status = history::Status::planned,
                    .reason = "So.",
                    .approver = "me",
                    .until = at(5) + history::default_duration,
                    .set_at = at(5)});
    record_scan(history, {enforced_example(1, "A"), enforced_example(2, "B")});
  }
  history::LedgerEntry entry;
  for (const auto& found : History::open_existing(file_).ledger()) {
    if (found.kind == "disposition") entry = found;
  }
  poison("UPDATE disposition SET status = 'third-party'");
  {
    SQLite::Database database(file_, SQLite::OPEN_READONLY);
    entry.body = fmt::format(
        R"({{"rows":{}}})",
        rows_since(database,
                   {{"disposition", 0}, {"ca", 99}, {"ca_identity", 99}, {"certificate", 99}, {"reading", 99}})
            .dump());
  }
  poison(fmt::format("UPDATE ledger SET body = '{}', hash = '{}' WHERE seq = {}", entry.body,
                     history::ledger_hash(entry), entry.seq));
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_).decisions(); }), Kind::altered);
}

// The known CAs and their newest findings.

class AlteredScans : public PoisonedHistoryTest, public testing::WithParamInterface<Poison> {
 protected:
  AlteredScans() {
    auto history = History::open(file_);
    record_scan(history, {enforced_example(1, "A"), not_enforced_example(2, "B")});
    record_scan(history, {enforced_example(3, "C")}, history::ScanState::partial);
  }

  void expect_refused(const std::function<void(const History&)>& use) const {
    const auto history = History::open_existing(file_);
    for (int times = 0; times < 2; ++times) {
      EXPECT_EQ(kind_of_error([&] { use(history); }), Kind::altered);
    }
    EXPECT_THAT(message_of([&] { use(history); }), HasSubstr("'casweep db check'"));
    EXPECT_THAT(message_of([&] { use(history); }), HasSubstr(GetParam().finding));
  }
};

TEST_P(AlteredScans, HaveNoKnownCas) {
  poison(GetParam().sql);
  expect_refused([](const History& history) { (void)history.known_cas(); });
}

TEST_P(AlteredScans, HaveNoStatus) {
  poison(GetParam().sql);
  expect_refused([](const History& history) { (void)history.forest_status(at(9)); });
}

TEST_P(AlteredScans, HaveNoNewestCompleteScan) {
  poison(GetParam().sql);
  expect_refused([](const History& history) { (void)history.last_scan(); });
}

const std::string copied_scan =
    "INSERT INTO scan SELECT {}, '00000000-0000-4000-8000-000000000009', 'complete', started_at, finished_at, "
    "tool_version, account, host_name, os_user, settings_json, failure FROM scan WHERE id = 1;"
    "INSERT INTO listing SELECT {}, forest, directory_server, protection, search_base, search_filter, "
    "attributes_json, 0, 0, root_domain_guid, root_domain_sid, nt_auth_certificates, server_name, server_proof, "
    "server_address, server_claim FROM listing WHERE scan_id = 1";

const std::string enforced_now =
    "UPDATE reading SET outcome = 'enforced', reason = 'flag-set', interface_flags = 1601, value_data = x'41060000' "
    "WHERE outcome = 'not-enforced'";

INSTANTIATE_TEST_SUITE_P(
    All, AlteredScans,
    testing::Values(
        Poison{"AnInsertedScan", fmt::format(fmt::runtime(copied_scan), 4, 4), "scan 4 is in no ledger entry"},
        Poison{"AnInsertedScanAfterAGap", fmt::format(fmt::runtime(copied_scan), 44, 44),
               "scan 44 is in no ledger entry"},
        Poison{"AScanThatIsComplete", "UPDATE scan SET state = 'complete' WHERE id = 3", "scan 3 is not what"},
        Poison{"AScanThatIsPartial", "UPDATE scan SET state = 'partial' WHERE id = 2", "scan 2 is not what"},
        Poison{"ADeletedScan",
               "DELETE FROM observation WHERE scan_id = 3; DELETE FROM listing WHERE scan_id = 3; DELETE FROM scan "
               "WHERE id = 3",
               "scan 3 is not what"},
        Poison{"ADeletedCompleteScan",
               "DELETE FROM observation WHERE scan_id = 2; DELETE FROM listing WHERE scan_id = 2; DELETE FROM scan "
               "WHERE id = 2",
               "scan 2 is not what"},
        Poison{"ADeletedObservation", "DELETE FROM observation WHERE scan_id = 2 AND ca_id = 2", "scan 2 is not what"},
        Poison{"ADeletedObservationOfAPartialScan", "DELETE FROM observation WHERE scan_id = 3", "scan 3 is not what"},
        Poison{"AnObservationOfNoScan",
               "INSERT INTO observation SELECT 77, ca_id, ca_identity_id, reading_id, started_at, finished_at FROM "
               "observation WHERE scan_id = 2",
               "scan 77 is in no ledger entry"},
        Poison{"AnotherReading", "UPDATE observation SET reading_id = 1 WHERE scan_id = 2 AND ca_id = 2",
               "scan 2 is not what"},
        Poison{"AReadingThatIsEnforced", enforced_now, "reading 3 is not what"},
        Poison{"ADeletedReading", "DELETE FROM reading WHERE id = 3", "reading 3"},
        Poison{"AnotherObjectGuid", "UPDATE ca SET object_guid = substr(object_guid, 1, 35) || '9' WHERE id = 2",
               "ca 2 is not what"},
        Poison{"AnotherName", "UPDATE ca_identity SET common_name = 'A' WHERE id = 2", "ca_identity 2 is not what"},
        Poison{"AnotherCertificate", "UPDATE certificate SET der = x'3000' WHERE id = 1", "certificate 1 is not what"},
        Poison{"TheEndOfTheLedger", "DELETE FROM ledger_scan WHERE scan_id = 3; DELETE FROM ledger WHERE seq > 4",
               "scan 3 is in no ledger entry"},
        Poison{"TheEndOfTheHistory",
               "DELETE FROM ca_change WHERE scan_id > 1; DELETE FROM observation WHERE scan_id > 1;"
               "DELETE FROM listing WHERE scan_id > 1; DELETE FROM ledger_scan WHERE scan_id > 1;"
               "DELETE FROM ledger WHERE seq > 2; DELETE FROM scan WHERE id > 1",
               "scan 3 was the last that began"},
        Poison{"AnEntryThatIsMissing", "DELETE FROM ledger WHERE seq = 5", "ledger entry 5 is missing"},
        Poison{"AnEntryThatWasChanged", "UPDATE ledger SET body = replace(body, 'partial', 'complete') WHERE seq = 6",
               "ledger entry 6 was changed"}),
    name_of_poison);

class AlteredDerivedTables : public AlteredScans {};

/// The known CAs come from the observations.
TEST_P(AlteredDerivedTables, DoNotChangeWhichCasAreKnown) {
  poison(GetParam().sql);
  std::vector<std::string> names;
  for (const auto& ca : History::open_existing(file_).known_cas()) names.push_back(ca.common_name);
  EXPECT_THAT(names, testing::ElementsAre("A", "B", "C"));
}

TEST_P(AlteredDerivedTables, HaveNoStatus) {
  poison(GetParam().sql);
  expect_refused([](const History& history) { (void)history.forest_status(at(9)); });
}

INSTANTIATE_TEST_SUITE_P(
    All, AlteredDerivedTables,
    testing::Values(
        Poison{"ALostLatest", "DELETE FROM ca_latest WHERE ca_id = 2", "CA number 2"},
        Poison{"AnOlderLatest", "UPDATE ca_latest SET scan_id = 1 WHERE ca_id = 2", "CA number 2"},
        Poison{
            "AnOlderReading",
            "UPDATE ca_latest SET read_scan_id = 1, reading_id = (SELECT reading_id FROM observation WHERE scan_id = "
            "1 AND ca_id = 2) WHERE ca_id = 2",
            "CA number 2"},
        Poison{"AnotherIdentity", "UPDATE ca_latest SET ca_identity_id = 1 WHERE ca_id = 2", "CA number 2"},
        Poison{"ALostChange", "DELETE FROM ca_change WHERE ca_id = 2 AND scan_id = 2", "CA number 2"}),
    name_of_poison);

class AlteredTotals : public AlteredScans {};

TEST_P(AlteredTotals, HaveNoStatus) {
  poison(GetParam().sql);
  expect_refused([](const History& history) { (void)history.forest_status(at(9)); });
}

TEST_P(AlteredTotals, HaveNoTrend) {
  poison(GetParam().sql);
  expect_refused([](const History& history) { (void)history.trend({}, at(9)); });
}

TEST_P(AlteredTotals, HaveNoTrendUntilTheirScan) {
  poison(GetParam().sql);
  expect_refused([](const History& history) { (void)history.trend_until_scan(3); });
}

INSTANTIATE_TEST_SUITE_P(
    All, AlteredTotals,
    testing::Values(
        Poison{"WithoutTheWorstVerdict", "UPDATE scan_total SET enforced = 2, not_enforced = 0 WHERE scan_id = 2",
               "the totals of scan 2"},
        Poison{"OfAnIncompleteScan", "UPDATE scan_total SET enforced = 0, unknown = 1 WHERE scan_id = 3",
               "the totals of scan 3"},
        Poison{"ThatAreLost", "DELETE FROM scan_total WHERE scan_id = 2", "the totals of scan 2"},
        Poison{"OfTooFewCas", "UPDATE scan_total SET observed = 3 WHERE scan_id = 2", "the totals of scan 2"}),
    name_of_poison);

/// The totals of older scans are not compared with their observations, but those that are impossible are not shown.
class ImpossibleTotals : public AlteredScans {};

TEST_P(ImpossibleTotals, AreNotShown) {
  {
    auto history = History::open(file_);
    record_scan(history, {enforced_example(1, "A"), not_enforced_example(2, "B")});
  }
  poison("PRAGMA ignore_check_constraints = ON;" + GetParam().sql);
  expect_refused([](const History& history) { (void)history.trend({}, at(9)); });
  expect_refused([](const History& history) { (void)history.headlines({}); });
}

INSTANTIATE_TEST_SUITE_P(
    All, ImpossibleTotals,
    testing::Values(Poison{"OfMoreCasThanWereListed", "UPDATE scan_total SET enforced = 3 WHERE scan_id = 1",
                           "the totals of scan 1"},
                    Poison{"BelowZero", "UPDATE scan_total SET not_enforced = -1 WHERE scan_id = 2",
                           "the totals of scan 2"},
                    Poison{"ThatOverflow", "UPDATE scan_total SET enforced = -1, unknown = 1 WHERE scan_id = 2",
                           "the totals of scan 2"},
                    Poison{"ThatAreLost", "DELETE FROM scan_total WHERE scan_id = 1", "the totals of scan 1"}),
    name_of_poison);

/// What no command compares with the ledger is not shown as a CA that was never read.
TEST_F(PoisonedHistory, IsNotShownAsTimelineWithoutAReading) {
  {
    auto history = History::open(file_);
    record_scan(history, {enforced_example(1, "A"), not_enforced_example(2, "B")});
  }
  poison("DELETE FROM reading");
  const auto history = History::open_existing(file_);
  EXPECT_EQ(kind_of_error([&] { (void)history.observations_at_changes(guid(2)); }), Kind::damaged);
}

/// Also if that scan is not the newest.
TEST_F(PoisonedHistory, IsNotShownAsScanWithAnotherReading) {
  {
    auto history = History::open(file_);
    record_scan(history, {enforced_example(1, "A"), not_enforced_example(2, "B")});
    record_scan(history, {enforced_example(1, "A"), enforced_example(2, "B")});
  }
  EXPECT_NO_THROW((void)History::open_existing(file_).scan(2));
  EXPECT_NO_THROW((void)History::open_existing(file_).forest_status_of_scan(2));
  poison(enforced_now);
  const auto history = History::open_existing(file_);
  EXPECT_THAT(message_of([&] { (void)history.scan(2); }), HasSubstr("reading 3 is not what ledger entry 4 recorded"));
  EXPECT_EQ(kind_of_error([&] { (void)history.forest_status_of_scan(2); }), Kind::altered);
  EXPECT_NO_THROW((void)history.scan(3));
  EXPECT_NO_THROW((void)history.forest_status(at(9)));
}

TEST_F(PoisonedHistory, ShowsNoScanThatTheLedgerLacks) {
  poison(fmt::format(fmt::runtime(copied_scan), 4, 4));
  EXPECT_THAT(message_of([&] { (void)History::open_existing(file_).scan(4); }),
              HasSubstr("scan 4 is in no ledger entry"));
  poison("DELETE FROM ledger_scan WHERE scan_id = 1");
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_).scan(1); }), Kind::altered);
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_).scan(99); }), Kind::no_such_scan);
}

/// One scan without any CA ended while the newest complete one ran, and another still runs.
TEST_F(PoisonedHistory, IsNotSeenWhereScansOverlap) {
  auto history = History::open(file_);
  const std::vector<history::Observation> cas{enforced_example(1, "A")};
  const auto lock = history.lock_for_scan([](int) {});
  const auto scan = history.begin_scan(lock, start_example());
  const auto unbegun =
      history.record_unbegun_scan(start_example(), {}, history::ScanState::failed, at(7), "No password.");
  EXPECT_EQ(history.known_cas().size(), 2u);
  history.finish_scan(scan, history::ScanState::complete, at(8), listing_example(), services_of(cas), cas);
  EXPECT_GT(unbegun, scan);
  EXPECT_EQ(history.last_scan(), scan);
  (void)history.begin_scan(lock, start_example());
  EXPECT_EQ(history.known_cas().size(), 1u);
  EXPECT_NO_THROW((void)history.forest_status(at(9)));
  EXPECT_THAT(findings(), IsEmpty());
}

// Queries that would never end.

/// Pages of a table's tree, each of which has the next one as its child many times: more rows than can be read.
class EndlessHistory : public PoisonedHistoryTest {
 protected:
  void make_endless(const std::string& table) {
    SQLite::Database database(file_, SQLite::OPEN_READWRITE);
    database.exec("PRAGMA journal_mode = DELETE; CREATE TABLE room (a); INSERT INTO room VALUES (zeroblob(40000))");
    const auto root = database.execAndGet("SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'").getInt();
    const auto free = database.execAndGet("SELECT rootpage FROM sqlite_schema WHERE name = 'room'").getInt();
    database.exec("DROP TABLE room");  // its pages are free and adjacent
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    std::string leaf(page_size, '\0');
    file.seekg((root - 1) * page_size);
    file.read(leaf.data(), page_size);
    for (int level = 0; level < levels; ++level) {
      write_page(file, level == 0 ? root : free + level, interior_page(free + level + 1));
    }
    write_page(file, free + levels, leaf);
  }

 private:
  static constexpr int page_size = 4096;
  static constexpr int levels = 6;

  static void write_page(std::fstream& file, int number, const std::string& page) {
    file.seekp((number - 1) * page_size);
    file.write(page.data(), page_size);
  }

  /// An interior page of a table's tree (https://www.sqlite.org/fileformat2.html, 1.6) with as many cells as possible.
  static std::string interior_page(int child) {
    constexpr int cells = 500;
    constexpr int cell_size = 5;
    constexpr int content = page_size - cells * cell_size;
    std::string page(page_size, '\0');
    const auto put = [&](int position, int octets, int value) {
      for (int i = octets - 1; i >= 0; --i, value >>= 8)
        page[static_cast<std::size_t>(position + i)] = static_cast<char>(value);
    };
    put(0, 1, 5);
    put(3, 2, cells);
    put(5, 2, content);
    put(8, 4, child);
    for (int cell = 0; cell < cells; ++cell) {
      put(12 + 2 * cell, 2, content + cell * cell_size);
      put(content + cell * cell_size, 4, child);
      put(content + cell * cell_size + 4, 1, 1);
    }
    return page;
  }
};

TEST_F(EndlessHistory, EndsForEveryReader) {
  make_endless("scan");
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_).headlines({}); }), Kind::damaged);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::minutes{1});
}

TEST_F(EndlessHistory, EndsForTheCheckWithAFinding) {
  make_endless("reading");
  EXPECT_THAT(findings(), Contains(HasSubstr("SQLite finds in it:")));
}

TEST_F(EndlessHistory, IsNotCopied) {
  make_endless("reading");
  EXPECT_EQ(kind_of_error([&] { (void)back_up_history(file_, folder_ / "backup.db", base::Existing::keep); }),
            Kind::damaged);
  EXPECT_FALSE(fs::exists(folder_ / "backup.db"));
}

TEST_F(PoisonedHistory, HasNoValueThatFillsTheMemory) {
  poison("UPDATE ledger SET body = replace(hex(zeroblob(50000000)), '00', ' {}') WHERE seq = 1");
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_).ledger(); }), Kind::damaged);
}

TEST_F(EndlessHistory, EndsWithASignal) {
  volatile std::sig_atomic_t signalled = SIGTERM;
  make_endless("scan");
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_, base::StopSignal(signalled)).headlines({}); }),
            Kind::busy);
  EXPECT_EQ(kind_of_error([&] { (void)check_history(file_, {}, {}, base::StopSignal(signalled)); }), Kind::busy);
}

/// Readings from before Ctrl-C are recorded after it.
TEST_F(PoisonedHistory, IsStillWrittenAfterASignal) {
  volatile std::sig_atomic_t signalled = SIGINT;
  auto history = History::open(file_, base::StopSignal(signalled));
  EXPECT_EQ(record_scan(history, {enforced_example(1, "A")}, history::ScanState::interrupted), 2);
}

}  // namespace
}  // namespace casweep::store
