// SPDX-License-Identifier: GPL-3.0-or-later
// Databases as earlier versions left them, in tests/released/.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/history_check.h"
#include "store/migration_internal.h"
#include "store/scan_lock_internal.h"
#include "tests/store/scan_examples.h"

namespace casweep::store {
namespace {

namespace fs = std::filesystem;
using assess::Outcome;
using Kind = StoreError::Kind;

/// A complete scan with every outcome, a failed, a partial and an interrupted one, and one that was killed.
class ReleasedDatabaseTest : public testing::Test {
 protected:
  ReleasedDatabaseTest() {
    fs::copy_file(fs::path(CASWEEP_RELEASED) / "schema-0001.db", file_);
    fs::permissions(file_, fs::perms(0600));
  }

  [[nodiscard]] std::vector<fs::path> backups() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      if (entry.path().string().find(".backup-v1-") != std::string::npos) found.push_back(entry.path());
    }
    return found;
  }

  TemporaryFolder folder_;
  fs::path file_ = folder_ / "history.db";
};

using ReleasedDatabase = ReleasedDatabaseTest;

int version_of(const fs::path& file) {
  return SQLite::Database(file, SQLite::OPEN_READONLY).execAndGet("PRAGMA user_version").getInt();
}

TEST_F(ReleasedDatabase, IsReadAsItWasWritten) {
  const auto history = History::open_existing(file_);

  const auto scan = history.scan(1);
  EXPECT_EQ(scan.state, ScanState::complete);
  expect_same(scan.start, start_example());
  expect_same(scan.listing.value(), listing_example());
  ASSERT_EQ(scan.cas.size(), 6u);
  expect_same(scan.cas[0], enforced_example(1, "Issuing CA 1"));
  EXPECT_EQ(scan.count(Outcome::not_enforced), 2u);
  EXPECT_EQ(scan.count(Outcome::not_exposed), 1u);
  EXPECT_EQ(scan.count(Outcome::unknown), 2u);
  EXPECT_EQ(history.scan(2).failure, "No domain controller answered.");
  EXPECT_EQ(history.scan(3).cas.size(), 1u);
  EXPECT_EQ(history.scan(4).cas.size(), 2u);
  EXPECT_EQ(history.scan(5).state, ScanState::interrupted);
}

TEST_F(ReleasedDatabase, GetsALedgerThatBindsAllThatWasThere) {
  (void)History::open(file_);

  const auto check = check_history(file_);
  EXPECT_TRUE(check.agrees());
  EXPECT_EQ(check.ledger_entries, 6u);
  SQLite::Database database(file_, SQLite::OPEN_READWRITE);
  EXPECT_EQ(database.execAndGet("SELECT kind FROM ledger WHERE seq = 1").getString(), "migrated");
  database.exec("DROP TRIGGER reading_is_final; UPDATE reading SET detail = 'All is well.' WHERE id = 6");
  EXPECT_FALSE(check_history(file_).agrees());
}

TEST_F(ReleasedDatabase, TakesFurtherScans) {
  {
    auto history = History::open(file_);
    record_scan(history, {enforced_example(1, "Issuing CA 1")});
  }
  EXPECT_TRUE(check_history(file_).agrees());
  const auto history = History::open_existing(file_);
  EXPECT_FALSE(history.scan(1).ledger_before);
  EXPECT_TRUE(history.scan(1).ledger_after);
  EXPECT_TRUE(history.scan(6).ledger_before);
}

TEST_F(ReleasedDatabase, IsKeptBesideWhatItBecomes) {
  (void)History::open(file_);
  (void)History::open(file_);

  ASSERT_EQ(backups().size(), 1u);
  EXPECT_EQ(version_of(backups().front()), 1);
  EXPECT_EQ(version_of(file_), newest_version());
  struct ::stat status {};
  ASSERT_EQ(::stat(backups().front().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
}

TEST_F(ReleasedDatabase, IsSayingSoIfItCannotBeWritten) {
  fs::permissions(file_, fs::perms(0444));
  fs::permissions(folder_.path(), fs::perms(0555));
  EXPECT_EQ(without_root([&] {
              return std::to_string(static_cast<int>(kind_of_error([&] { (void)History::open_existing(file_); })));
            }),
            std::to_string(static_cast<int>(Kind::read_only)));
  EXPECT_EQ(version_of(file_), 1);
}

TEST_F(ReleasedDatabase, StaysAsItIsWhileAnEarlierVersionScans) {
  {
    const auto lock = take_scan_lock(
        file_, [](int) {}, nullptr);
    EXPECT_EQ(kind_of_error([&] { (void)History::open(file_); }), Kind::busy);
  }
  EXPECT_EQ(version_of(file_), 1);
  EXPECT_TRUE(backups().empty());
}

TEST_F(ReleasedDatabase, StaysAsItIsIfItCannotBeKept) {
  const auto long_name = folder_ / std::string(240, 'x').c_str();  // with a backup's ending it is too long
  fs::rename(file_, long_name);

  EXPECT_EQ(kind_of_error([&] { (void)History::open(long_name); }), Kind::cannot_open);
  EXPECT_EQ(version_of(long_name), 1);
}

/// Two complete scans, a partial and a failed one, of CAs with hostile names; three decisions; the ledger of all that.
class ReleasedDatabaseWithLedger : public testing::TestWithParam<const char*> {};

TEST_P(ReleasedDatabaseWithLedger, IsBroughtUpToDateAndItsLedgerGoesOn) {
  const TemporaryFolder folder;
  const auto file = folder / "history.db";
  fs::copy_file(fs::path(CASWEEP_RELEASED) / GetParam(), file);
  fs::permissions(file, fs::perms(0600));

  auto history = History::open(file);

  EXPECT_EQ(version_of(file), newest_version());
  EXPECT_EQ(history.ledger_head(),
            (LedgerHead{11, "2fce8947debc2120c9a8c28263a8e70c205236556f62b3b5f22da5effd7de14b"}));
  EXPECT_EQ(history.scan(2).cas.size(), 11u);
  EXPECT_EQ(history.scan(3).not_read.size(), 10u);
  EXPECT_EQ(history.dispositions().size(), 3u);
  EXPECT_EQ(history.last_evidence_bundle(), std::nullopt);
  history.record_evidence_bundle(
      {.number = 1, .scan = 2, .sums_sha256 = discovery::Octets(32, 1), .signer_sha256 = {}, .made_at = at(9)}, [] {});
  EXPECT_TRUE(check_history(file).agrees());
}

INSTANTIATE_TEST_SUITE_P(Schema, ReleasedDatabaseWithLedger, testing::Values("schema-0003.db", "schema-0004.db"));

}  // namespace
}  // namespace casweep::store
