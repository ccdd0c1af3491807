// SPDX-License-Identifier: GPL-3.0-or-later
// What a later version of casweep does with a history that this one made. No version has been released yet, so the next
// step of the schema is an artificial one.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/database_file_internal.h"
#include "store/history_check.h"
#include "store/migration_internal.h"
#include "store/scan_lock_internal.h"
#include "tests/support/history_testing.h"

namespace casweep::store {

using namespace test;
namespace {

namespace fs = std::filesystem;
using Kind = StoreError::Kind;

/// The steps of this version and one more, which adds a column.
std::vector<Migration> with_next_step(std::string_view sql = "ALTER TABLE scan ADD COLUMN note ANY;") {
  std::vector<Migration> steps(embedded_migrations().begin(), embedded_migrations().end());
  steps.push_back({.version = newest_version() + 1, .name = "next.sql", .sql = sql});
  return steps;
}

int version_of(const fs::path& file) {
  return SQLite::Database(file, SQLite::OPEN_READONLY).execAndGet("PRAGMA user_version").getInt();
}

class MigrationTest : public testing::Test {
 protected:
  MigrationTest() {
    auto history = History::open(file_);
    record_scan(history, {enforced_example(1, "Issuing CA 1")});
  }

  [[nodiscard]] std::vector<fs::path> backups() const {
    const auto infix = fmt::format(".backup-v{}-", newest_version());
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
      if (entry.path().string().find(infix) != std::string::npos) found.push_back(entry.path());
    }
    return found;
  }

  test::TestFolder folder_;
  fs::path file_ = folder_ / "history.db";
  const std::vector<Migration> next_ = with_next_step();
};

TEST_F(MigrationTest, TakesTheNextStepAndKeepsWhatWasRecorded) {
  auto database = open_for_writing(file_, next_);

  EXPECT_EQ(version_of(file_), newest_version() + 1);
  EXPECT_EQ(database.execAndGet("SELECT count(*) FROM observation WHERE scan_id = 1").getInt(), 1);
  EXPECT_EQ(database.execAndGet("SELECT note IS NULL FROM scan").getInt(), 1);
}

TEST_F(MigrationTest, KeepsABackupThatThisVersionStillReads) {
  (void)open_for_writing(file_, next_);
  (void)open_for_writing(file_, next_);

  ASSERT_EQ(backups().size(), 1u);
  struct ::stat status {};
  ASSERT_EQ(::stat(backups().front().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  EXPECT_EQ(History::open_existing(backups().front()).scan(1).cas.size(), 1u);
  EXPECT_TRUE(check_history(backups().front()).agrees());
}

TEST_F(MigrationTest, HappensWhenAHistoryIsOnlyRead) {
  EXPECT_EQ(open_for_reading(file_, next_).execAndGet("SELECT count(*) FROM scan").getInt(), 1);
  EXPECT_EQ(version_of(file_), newest_version() + 1);
}

TEST_F(MigrationTest, IsRefusedToAReaderWhoMayNotWrite) {
  fs::permissions(file_, fs::perms(0444));
  fs::permissions(folder_.path(), fs::perms(0555));
  EXPECT_EQ(without_root([&] {
              return std::to_string(static_cast<int>(kind_of_error([&] { (void)open_for_reading(file_, next_); })));
            }),
            std::to_string(static_cast<int>(Kind::read_only)));
  fs::permissions(folder_.path(), fs::perms(0755));
  EXPECT_EQ(version_of(file_), newest_version());
}

TEST_F(MigrationTest, WaitsForAScanOfTheEarlierVersion) {
  {
    const auto lock = take_scan_lock(file_, [](int) {}, {});
    EXPECT_EQ(kind_of_error([&] { (void)open_for_writing(file_, next_); }), Kind::busy);
  }
  EXPECT_EQ(version_of(file_), newest_version());
  EXPECT_TRUE(backups().empty());
}

TEST_F(MigrationTest, DoesNotHappenWithoutABackup) {
  const auto long_name = folder_ / std::string(240, 'x').c_str();  // with a backup's ending it is too long
  fs::rename(file_, long_name);

  EXPECT_EQ(kind_of_error([&] { (void)open_for_writing(long_name, next_); }), Kind::cannot_open);
  EXPECT_EQ(version_of(long_name), newest_version());
}

TEST_F(MigrationTest, ThatFailsInTheMiddleChangesNothing) {
  const auto broken = with_next_step("ALTER TABLE scan ADD COLUMN note ANY; SELECT no_such_column FROM scan;");

  EXPECT_EQ(kind_of_error([&] { (void)open_for_writing(file_, broken); }), Kind::failed);

  EXPECT_EQ(version_of(file_), newest_version());
  EXPECT_TRUE(check_history(file_).agrees());
}

TEST_F(MigrationTest, LeavesAHistoryThatAnEarlierVersionRefuses) {
  (void)open_for_writing(file_, next_);

  EXPECT_EQ(kind_of_error([&] { (void)History::open(file_); }), Kind::newer);
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_); }), Kind::newer);
}

}  // namespace
}  // namespace casweep::store
