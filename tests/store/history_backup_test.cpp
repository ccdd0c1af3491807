// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/history_backup_internal.h"
#include "tests/support/history_testing.h"

namespace casweep::store {

using namespace test;
namespace {

namespace fs = std::filesystem;
using Kind = StoreError::Kind;

class HistoryBackupTest : public testing::Test {
 protected:
  HistoryBackupTest() { record_scan(history_, {enforced_example(1, "A")}); }

  [[nodiscard]] std::ptrdiff_t files() const { return std::distance(fs::directory_iterator(target_.path()), {}); }

  test::TestFolder folder_;
  test::TestFolder target_;
  fs::path file_ = folder_ / "history.db";
  fs::path backup_ = target_ / "backup.db";
  History history_ = History::open(file_);
};

using HistoryBackup = HistoryBackupTest;

TEST_F(HistoryBackup, IsOneCompleteFile) {
  const test::ForgivingUmask umask;
  const auto check = back_up_history(file_, backup_, base::Existing::keep);

  EXPECT_EQ(check.scans, 1u);
  EXPECT_EQ(check.head, history_.ledger_head());
  EXPECT_EQ(files(), 1);
  struct ::stat status {};
  ASSERT_EQ(::stat(backup_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  expect_same(History::open_existing(backup_).scan(1).cas.at(0), enforced_example(1, "A"));
}

TEST_F(HistoryBackup, CanBeMadeWhileAScanRuns) {
  const auto lock = history_.lock_for_scan([](int) {});
  (void)history_.begin_scan(lock, start_example());
  EXPECT_EQ(back_up_history(file_, backup_, base::Existing::keep).scans, 2u);
}

TEST_F(HistoryBackup, CanBeContinued) {
  (void)back_up_history(file_, backup_, base::Existing::keep);
  auto restored = History::open(backup_);
  EXPECT_EQ(record_scan(restored, {enforced_example(1, "A")}), 2);
  EXPECT_TRUE(check_history(backup_).agrees());
}

TEST_F(HistoryBackup, ReplacesNothingUnlessAsked) {
  std::ofstream{backup_} << "precious";

  EXPECT_EQ(kind_of_error([&] { (void)back_up_history(file_, backup_, base::Existing::keep); }), Kind::cannot_open);
  EXPECT_EQ(fs::file_size(backup_), 8u);

  EXPECT_TRUE(back_up_history(file_, backup_, base::Existing::replace).agrees());
  EXPECT_TRUE(check_history(backup_).agrees());
  EXPECT_EQ(files(), 1);
}

TEST_F(HistoryBackup, ThatASignalEndsLeavesNothing) {
  const volatile std::sig_atomic_t interrupted = 1;
  EXPECT_EQ(kind_of_error(
                [&] { (void)back_up_history(file_, backup_, base::Existing::keep, base::StopSignal(interrupted)); }),
            Kind::busy);
  EXPECT_EQ(files(), 0);
}

/// Also during the copy.
TEST_F(HistoryBackup, OfALargeDatabaseEndsWithASignal) {
  SQLite::Database much(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  much.exec(
      "CREATE TABLE t(x); WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
      "INSERT INTO t SELECT i FROM n");
  const volatile std::sig_atomic_t interrupted = 1;
  EXPECT_EQ(kind_of_error([&] { copy_database(much, backup_, base::StopSignal(interrupted)); }), Kind::busy);
  EXPECT_EQ(files(), 0);
}

TEST_F(HistoryBackup, ThatCannotBeMadeIsNamedAsItWasTyped) {
  try {
    (void)back_up_history(file_, folder_.path() / "missing" / "backup.db", base::Existing::keep);
    ADD_FAILURE();
  } catch (const StoreError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("missing/backup.db cannot be written (No such file or directory)"));
  }
}

TEST_F(HistoryBackup, NeverReplacesTheHistoryItself) {
  fs::create_symlink(folder_.path(), target_ / "link");
  for (const auto& same : {file_, target_ / "link" / "history.db"}) {
    EXPECT_EQ(kind_of_error([&] { (void)back_up_history(file_, same, base::Existing::replace); }), Kind::cannot_open);
  }
  EXPECT_TRUE(check_history(file_).agrees());
}

TEST_F(HistoryBackup, NeverReplacesWhatBelongsToTheHistory) {
  const auto lock = history_.lock_for_scan([](int) {});
  for (const auto* ending : {"-wal", "-shm", "-journal", ".lock"}) {
    EXPECT_EQ(kind_of_error([&] { (void)back_up_history(file_, file_.string() + ending, base::Existing::replace); }),
              Kind::cannot_open)
        << ending;
  }
  EXPECT_TRUE(check_history(file_).agrees());
}

/// Its log would be taken for that of the new file.
TEST_F(HistoryBackup, NeverReplacesADatabaseInUse) {
  auto other = History::open(backup_);
  record_scan(other, {enforced_example(2, "B")});
  EXPECT_EQ(kind_of_error([&] { (void)back_up_history(file_, backup_, base::Existing::replace); }), Kind::cannot_open);
  EXPECT_TRUE(check_history(backup_).agrees());
}

TEST_F(HistoryBackup, NeverReplacesWhatIsNotAFile) {
  fs::create_symlink("/dev/null", backup_);
  EXPECT_EQ(kind_of_error([&] { (void)back_up_history(file_, backup_, base::Existing::replace); }), Kind::cannot_open);
}

TEST_F(HistoryBackup, OfADamagedHistoryIsRefused) {
  {
    SQLite::Database database(file_, SQLite::OPEN_READWRITE);
    const auto trigger =
        database.execAndGet("SELECT sql FROM sqlite_schema WHERE name = 'reading_is_final'").getString();
    database.exec("DROP TRIGGER reading_is_final; UPDATE reading SET detail = 'All is well.'; " + trigger);
  }
  EXPECT_EQ(kind_of_error([&] { (void)back_up_history(file_, backup_, base::Existing::keep); }), Kind::damaged);
  EXPECT_EQ(files(), 0);
}

TEST_F(HistoryBackup, LeavesNothingWhereItCannotBeWritten) {
  fs::permissions(target_.path(), fs::perms(0555));
  fs::permissions(folder_.path(), fs::perms(0777));
  for (const auto& entry : fs::directory_iterator(folder_.path())) fs::permissions(entry, fs::perms(0666));
  EXPECT_EQ(without_root([&] {
              return std::to_string(static_cast<int>(
                  kind_of_error([&] { (void)back_up_history(file_, backup_, base::Existing::keep); })));
            }),
            std::to_string(static_cast<int>(Kind::cannot_open)));
  EXPECT_EQ(files(), 0);
}

}  // namespace
}  // namespace casweep::store
