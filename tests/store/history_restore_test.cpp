// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/history_restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/history_backup.h"
#include "tests/support/history_testing.h"

namespace casweep::store {

using namespace test;
namespace {

namespace fs = std::filesystem;
using Kind = StoreError::Kind;
using testing::HasSubstr;

/// A history with one scan, its backup, and whatever a test adds to the history after that.
class HistoryRestoreTest : public testing::Test {
 protected:
  HistoryRestoreTest() {
    record_scan(*history_, {enforced_example(1, "A")});
    (void)back_up_history(file_, backup_, base::Existing::keep);
  }

  Restored restore(bool accept_loss = false) {
    loss_.reset();
    return restore_history(
        backup_, file_,
        [&](const RestoreLoss& loss) {
          loss_ = loss;
          if (!accept_loss) throw std::runtime_error("loss");
        },
        [](int) {});
  }

  /// Whether anything but the history, its lock and SQLite's own files is beside it.
  [[nodiscard]] bool leaves_something() const {
    return std::ranges::any_of(fs::directory_iterator(folder_.path()), [](const fs::directory_entry& entry) {
      const std::string name = entry.path().filename();
      return name != "history.db" && name != "history.db.lock" && name != "history.db-wal" && name != "history.db-shm";
    });
  }

  test::TestFolder folder_;
  test::TestFolder target_;
  fs::path file_ = folder_ / "history.db";
  fs::path backup_ = target_ / "backup.db";
  std::optional<History> history_ = History::open(file_);
  std::optional<RestoreLoss> loss_;
};

using HistoryRestore = HistoryRestoreTest;

TEST_F(HistoryRestore, BringsBackWhatWasRemoved) {
  history_.reset();
  fs::remove(file_);
  const auto restored = restore();

  EXPECT_EQ(restored.replaced, "");
  EXPECT_EQ(restored.check.scans, 1U);
  expect_same(History::open_existing(file_).scan(1).cas.at(0), enforced_example(1, "A"));
}

TEST_F(HistoryRestore, KeepsWhatItReplaces) {
  record_scan(*history_, {enforced_example(1, "A")});
  history_.reset();
  const auto restored = restore(true);

  ASSERT_TRUE(loss_);
  EXPECT_TRUE(loss_->is_earlier);
  EXPECT_EQ(loss_->entries.at("scan_started"), 1U);
  EXPECT_EQ(History::open_existing(file_).contents().scans, 1U);
  EXPECT_EQ(History::open_existing(restored.replaced).contents().scans, 2U);
  // The history can be continued.
  auto continued = History::open(file_);
  record_scan(continued, {enforced_example(1, "A")});
  EXPECT_EQ(continued.contents().scans, 2U);
}

TEST_F(HistoryRestore, ChangesNothingIfTheLossIsNotAccepted) {
  record_scan(*history_, {enforced_example(1, "A")});
  history_.reset();
  EXPECT_THROW((void)restore(), std::runtime_error);

  EXPECT_FALSE(leaves_something());
  EXPECT_EQ(History::open_existing(file_).contents().scans, 2U);
}

TEST_F(HistoryRestore, OfAnotherHistoryIsALoss) {
  history_.reset();
  fs::remove(file_);
  record_scan(history_.emplace(History::open(file_)), {enforced_example(1, "B")});
  history_.reset();
  EXPECT_THROW((void)restore(), std::runtime_error);

  ASSERT_TRUE(loss_);
  EXPECT_FALSE(loss_->is_earlier);
}

TEST_F(HistoryRestore, OverAnotherFileKeepsThatFile) {
  history_.reset();
  std::ofstream(file_) << "no database";
  const auto restored = restore(true);

  EXPECT_TRUE(loss_);
  EXPECT_EQ(test::content_of(restored.replaced), "no database");
  EXPECT_EQ(History::open_existing(file_).contents().scans, 1U);
}

TEST_F(HistoryRestore, DoesNotReplaceTheDatabaseOfAnotherProgram) {
  history_.reset();
  fs::remove(file_);
  SQLite::Database(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE theirs (x)");
  try {
    (void)restore(true);
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_EQ(error.kind(), Kind::not_ours);
  }
}

TEST_F(HistoryRestore, OverAnEmptyFileLosesNothing) {
  history_.reset();
  fs::resize_file(file_, 0);
  (void)restore();
  EXPECT_EQ(History::open_existing(file_).contents().scans, 1U);
}

TEST_F(HistoryRestore, DoesNotTakeALogWithoutAHistoryForItsOwn) {
  history_.reset();
  fs::remove(file_);
  std::ofstream(folder_ / "history.db-wal") << "a log of what was moved away";
  const auto restored = restore();
  EXPECT_EQ(test::content_of(restored.replaced.string() + "-wal"), "a log of what was moved away");
  EXPECT_TRUE(check_history(file_).agrees());
}

TEST_F(HistoryRestore, GoesWhereALinkLeads) {
  history_.reset();
  fs::create_symlink(file_, target_ / "link.db");
  file_ = target_ / "link.db";
  record_scan(history_.emplace(History::open(file_)), {enforced_example(1, "A")});
  history_.reset();
  (void)restore(true);
  EXPECT_TRUE(fs::is_symlink(file_));
  EXPECT_EQ(History::open_existing(folder_ / "history.db").contents().scans, 1U);
}

TEST_F(HistoryRestore, ReplacesPlainFilesOnly) {
  for (const auto* file : {"/dev/null", "/tmp"}) {
    EXPECT_THROW((void)restore_history(
                     backup_, file, [](const auto&) {}, [](int) {}),
                 StoreError)
        << file;
  }
}

TEST_F(HistoryRestore, KeepsTheMode) {
  history_.reset();
  ASSERT_EQ(::chmod(file_.c_str(), 0640), 0);
  (void)restore();
  struct ::stat status {};
  ASSERT_EQ(::stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST_F(HistoryRestore, OfADamagedBackupIsRefused) {
  history_.reset();
  {
    SQLite::Database database(backup_.string(), SQLite::OPEN_READWRITE);
    const std::string trigger = database.execAndGet("SELECT sql FROM sqlite_schema WHERE name = 'reading_is_final'");
    database.exec("DROP TRIGGER reading_is_final; UPDATE reading SET detail = 'All is well.'; " + trigger);
  }
  try {
    (void)restore();
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_EQ(error.kind(), Kind::damaged);
    EXPECT_THAT(error.what(), HasSubstr("The backup " + backup_.string() + " is damaged and was not restored"));
  }
  EXPECT_EQ(History::open_existing(file_).contents().scans, 1U);
}

TEST_F(HistoryRestore, WaitsForNoOtherUserButNamesIt) {
  const auto reader = History::open_existing(file_);
  try {
    (void)restore();
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_EQ(error.kind(), Kind::busy);
    EXPECT_THAT(error.what(), HasSubstr("Another process uses the history"));
  }
  EXPECT_EQ(history_->contents().scans, 1U);
}

TEST_F(HistoryRestore, IsNotOfTheHistoryItselfNorOfNothing) {
  EXPECT_THROW((void)restore_history(
                   file_, file_, [](const auto&) {}, [](int) {}),
               StoreError);
  EXPECT_THROW((void)restore_history(
                   folder_ / "none", file_, [](const auto&) {}, [](int) {}),
               StoreError);
}

/// What a killed process left of a write-ahead log must not be taken for that of the restored file.
TEST_F(HistoryRestore, LeavesNoLogOfTheReplacedFile) {
  history_.reset();
  std::ofstream(file_) << "no database";
  std::ofstream(folder_ / "history.db-wal") << "a log";
  (void)restore(true);

  EXPECT_FALSE(fs::exists(folder_ / "history.db-wal"));
  EXPECT_EQ(History::open_existing(file_).contents().scans, 1U);
}

}  // namespace
}  // namespace casweep::store
