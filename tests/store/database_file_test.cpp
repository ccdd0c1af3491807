// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "store/database_file_internal.h"
#include "store/history_check.h"
#include "store/migration_internal.h"
#include "tests/support/history_testing.h"

namespace casweep::store {

using namespace test;
namespace {

namespace fs = std::filesystem;
using Kind = StoreError::Kind;

class DatabaseFileTest : public testing::Test {
 protected:
  void record_one() const {
    auto history = History::open(file_);
    record_scan(history, {enforced_example(1, "A")});
  }

  void make_with_sql(const char* sql) const {
    SQLite::Database(file_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(sql);
  }

  test::TestFolder folder_;
  fs::path file_ = folder_ / "history.db";
};

using NewHistory = DatabaseFileTest;
using ForeignFile = DatabaseFileTest;
using ReadOnlyPlace = DatabaseFileTest;
using FullDisk = DatabaseFileTest;
using BusyHistory = DatabaseFileTest;
using DamagedHistory = DatabaseFileTest;
using NetworkHistory = DatabaseFileTest;

unsigned mode_of(const fs::path& path) {
  struct ::stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777u : 0u;
}

/// As two scheduled scans do on their first day.
TEST_F(DatabaseFileTest, IsCreatedByManyAtOnce) {
  for (int round = 0; round < 20; ++round) {
    const fs::path file = folder_ / std::to_string(round).c_str();
    std::atomic<int> opened = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i) {
      threads.emplace_back([&] {
        try {
          (void)History::open(file);
          ++opened;
        } catch (const StoreError& error) {
          ADD_FAILURE() << error.what();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(opened, 6) << round;
  }
}

TEST_F(NewHistory, IsReadableByItsOwnerOnly) {
  const auto file = folder_ / "a" / "b" / "history.db";
  const test::ForgivingUmask umask;

  const auto history = History::open(file);

  EXPECT_EQ(mode_of(folder_ / "a"), 0700u);
  EXPECT_EQ(mode_of(folder_ / "a" / "b"), 0700u);
  EXPECT_EQ(mode_of(file), 0600u);
  EXPECT_EQ(mode_of(file.string() + "-wal"), 0600u);
}

TEST_F(NewHistory, SaysWhatItIs) {
  record_one();
  SQLite::Database database(file_, SQLite::OPEN_READONLY);
  EXPECT_EQ(database.execAndGet("PRAGMA application_id").getInt(), 0x43535750);
  EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), newest_version());
  EXPECT_EQ(database.execAndGet("PRAGMA journal_mode").getString(), "wal");
  EXPECT_EQ(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
}

TEST_F(NewHistory, AcceptsAnEmptyFile) {
  std::ofstream{file_};
  EXPECT_TRUE(History::open(file_).headlines({}).empty());
}

TEST_F(NewHistory, IsNotCreatedByAReader) {
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_); }), Kind::cannot_open);
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(NewHistory, CanHaveAnyName) {
  const auto file = folder_ / "odd %41?mode=memory#\xFF.db";
  {
    auto history = History::open(file);
    record_scan(history, {enforced_example(1, "A")});
  }
  EXPECT_EQ(History::open_existing(file).headlines({}).size(), 1u);
}

TEST_F(NewHistory, IsNotCreatedByALookAtItsPlace) {
  const auto file = folder_ / "a" / "b" / "history.db";
  EXPECT_FALSE(History::require_usable(file));
  EXPECT_FALSE(fs::exists(folder_ / "a"));
  std::ofstream{folder_ / "a"} << "no folder";
  EXPECT_EQ(kind_of_error([&] { History::require_usable(file); }), Kind::cannot_open);
}

TEST_F(NewHistory, IsUsableOnceItIsWritten) {
  record_one();
  const auto before = content_of(file_);
  EXPECT_TRUE(History::require_usable(file_));
  EXPECT_EQ(content_of(file_), before);
  std::ofstream{folder_ / "empty"};
  EXPECT_TRUE(History::require_usable(folder_ / "empty"));
}

TEST_F(ForeignFile, IsNotUsable) {
  EXPECT_EQ(kind_of_error([&] { History::require_usable(folder_.path()); }), Kind::cannot_open);
  make_with_sql("CREATE TABLE addressbook (name TEXT)");
  EXPECT_EQ(kind_of_error([&] { History::require_usable(file_); }), Kind::not_ours);
}

TEST_F(ReadOnlyPlace, IsNotUsable) {
  const auto kind = [&](const fs::path& file) {
    return without_root(
        [&] { return std::to_string(static_cast<int>(kind_of_error([&] { History::require_usable(file); }))); });
  };
  record_one();
  fs::permissions(file_, fs::perms(0444));
  fs::permissions(folder_.path(), fs::perms(0555));
  EXPECT_EQ(kind(file_), std::to_string(static_cast<int>(Kind::read_only)));
  EXPECT_EQ(kind(folder_ / "new.db"), std::to_string(static_cast<int>(Kind::cannot_open)));
}

TEST_F(ForeignFile, OfAnotherProgramIsNotChanged) {
  make_with_sql("CREATE TABLE addressbook (name TEXT)");
  const auto before = content_of(file_);

  EXPECT_EQ(kind_of_error([&] { (void)History::open(file_); }), Kind::not_ours);
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_); }), Kind::not_ours);
  EXPECT_EQ(content_of(file_), before);
}

TEST_F(ForeignFile, ThatIsNoDatabaseIsNotChanged) {
  std::ofstream{file_} << std::string(5000, '#');

  EXPECT_EQ(kind_of_error([&] { (void)History::open(file_); }), Kind::not_a_database);
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_); }), Kind::not_a_database);
  EXPECT_EQ(content_of(file_), std::string(5000, '#'));
}

TEST_F(ForeignFile, ThatIsAFolderIsNotOpened) {
  EXPECT_EQ(kind_of_error([&] { (void)History::open(folder_.path()); }), Kind::cannot_open);
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(folder_.path()); }), Kind::cannot_open);
}

TEST_F(ForeignFile, OfALaterVersionIsNotChanged) {
  record_one();
  make_with_sql("PRAGMA user_version = 99");

  EXPECT_EQ(kind_of_error([&] { (void)History::open(file_); }), Kind::newer);
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_); }), Kind::newer);
}

TEST_F(ReadOnlyPlace, CanBeRead) {
  record_one();
  fs::permissions(file_, fs::perms(0444));
  fs::permissions(folder_.path(), fs::perms(0555));

  EXPECT_EQ(without_root([&] { return std::to_string(History::open_existing(file_).scan(1).cas.size()); }), "1");
}

TEST_F(ReadOnlyPlace, CannotBeWritten) {
  record_one();
  fs::permissions(file_, fs::perms(0444));
  fs::permissions(folder_.path(), fs::perms(0555));

  EXPECT_EQ(without_root(
                [&] { return std::to_string(static_cast<int>(kind_of_error([&] { (void)History::open(file_); }))); }),
            std::to_string(static_cast<int>(Kind::read_only)));
}

TEST_F(ReadOnlyPlace, GetsNoNewHistory) {
  fs::permissions(folder_.path(), fs::perms(0555));

  EXPECT_EQ(without_root(
                [&] { return std::to_string(static_cast<int>(kind_of_error([&] { (void)History::open(file_); }))); }),
            std::to_string(static_cast<int>(Kind::cannot_open)));
}

/// It may well be there.
TEST_F(ReadOnlyPlace, ThatCannotBeEnteredDoesNotCountAsEmpty) {
  record_one();
  fs::permissions(folder_.path(), fs::perms(0600));

  for (const auto* name : {"history.db", "below/it/history.db"}) {
    const std::string message = without_root([&]() -> std::string {
      try {
        (void)History::open_existing(folder_ / name);
      } catch (const StoreError& error) {
        return error.kind() == Kind::cannot_open ? error.what() : "another kind";
      }
      return "opened";
    });
    EXPECT_THAT(message, ::testing::HasSubstr("cannot be opened (Permission denied)")) << name;
  }
}

/// Without the log, the newest records would be missing unnoticed.
TEST_F(ReadOnlyPlace, IsNotReadWithoutItsLog) {
  auto writer = History::open(file_);
  record_scan(writer, {enforced_example(1, "A")});
  const auto copy = folder_ / "copy.db";
  fs::copy_file(file_, copy);
  fs::copy_file(file_.string() + "-wal", copy.string() + "-wal");
  for (const auto& name : {copy.string(), copy.string() + "-wal"}) fs::permissions(name, fs::perms(0444));
  fs::permissions(folder_.path(), fs::perms(0555));

  EXPECT_EQ(without_root([&] {
              return std::to_string(static_cast<int>(kind_of_error([&] { (void)History::open_existing(copy); })));
            }),
            std::to_string(static_cast<int>(Kind::read_only)));
}

/// While it exists, no file can grow past `bytes`.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uintmax_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const ::rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  ::rlimit before_{};
};

TEST_F(FullDisk, LosesOnlyTheScanThatDoesNotFit) {
  auto history = History::open(file_);
  record_scan(history, {enforced_example(1, "A")});
  auto large = enforced_example(2, "B");
  large.service.ca_certificates = {base::Octets(1'000'000, 0x30)};
  {
    const auto lock = history.lock_for_scan([](int) {});
    const auto id = history.begin_scan(lock, start_example());
    const FileSizeLimit limit(fs::file_size(file_.string() + "-wal") + 100'000);
    EXPECT_EQ(kind_of_error([&] {
                history.finish_scan(id, history::ScanState::complete, at(9), listing_example(), {}, {{large}});
              }),
              Kind::disk_full);
  }
  EXPECT_EQ(history.scan(1).cas.size(), 1u);
  EXPECT_EQ(history.scan(2).state, history::ScanState::interrupted);
  EXPECT_EQ(record_scan(history, {large}), 3);
}

TEST_F(FullDisk, CanStillBeRead) {
  record_one();
  const FileSizeLimit limit(0);
  EXPECT_EQ(History::open_existing(file_).headlines({}).size(), 1u);
}

TEST_F(FullDisk, IsReportedFromTheFirstPageOn) {
  const FileSizeLimit limit(2000);
  EXPECT_EQ(kind_of_error([&] { (void)History::open(file_); }), Kind::disk_full);
}

TEST_F(BusyHistory, IsWaitedForAndThenReported) {
  record_one();
  SQLite::Database other(file_, SQLite::OPEN_READWRITE);
  const SQLite::Transaction held(other, SQLite::TransactionBehavior::IMMEDIATE);
  auto history = History::open(file_);

  EXPECT_EQ(kind_of_error([&] { (void)history.lock_for_scan([](int) {}); }), Kind::busy);
}

TEST_F(DamagedHistory, IsReportedAsDamaged) {
  record_one();
  auto content = content_of(file_);
  std::fill(content.begin() + 4096, content.end(), '\x55');
  std::ofstream{file_, std::ios::binary} << content;

  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_).scan(1); }), Kind::damaged);
}

TEST_F(DamagedHistory, WithAnUnknownWordIsReportedAsDamaged) {
  record_one();
  SQLite::Database database(file_, SQLite::OPEN_READWRITE);
  const auto trigger = database.execAndGet("SELECT sql FROM sqlite_schema WHERE name = 'reading_is_final'").getString();
  database.exec("DROP TRIGGER reading_is_final; UPDATE reading SET found_by = 'guess'; " + trigger);

  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_).scan(1); }), Kind::altered);
  EXPECT_EQ(kind_of_error([&] { (void)History::open_existing(file_).find_ca(guid(1).to_string()); }), Kind::damaged);
}

/// If any byte is changed, the result is a StoreError or what was recorded.
TEST_F(DamagedHistory, NeverReturnsOtherContent) {
  record_one();
  const auto content = content_of(file_);
  for (std::size_t position = 0; position < content.size(); position += 97) {
    auto flipped = content;
    flipped[position] = static_cast<char>(flipped[position] ^ 0xFF);
    std::ofstream{file_, std::ios::binary} << flipped;
    try {
      const auto history = History::open_existing(file_);
      (void)history.headlines({});
      (void)history.find_ca("A");
      expect_same(history.scan(1).cas.at(0), enforced_example(1, "A"));
    } catch (const StoreError&) {
    }
  }
}

std::string journal_of(SQLite::Database& database) { return database.execAndGet("PRAGMA journal_mode").getString(); }

TEST_F(NetworkHistory, HasNoLog) {
  record_one();
  SQLite::Database database(file_.string(), SQLite::OPEN_READWRITE);
  EXPECT_EQ(journal_of(database), "wal");
  choose_journal(database, true);
  EXPECT_EQ(journal_of(database), "delete");
  choose_journal(database, false);
  EXPECT_EQ(journal_of(database), "wal");
}

TEST_F(NetworkHistory, KeepsItsLogWhileInUse) {
  record_one();
  SQLite::Database reader(file_.string(), SQLite::OPEN_READONLY);
  EXPECT_EQ(reader.execAndGet("SELECT count(*) FROM scan").getInt(), 1);
  SQLite::Database database(file_.string(), SQLite::OPEN_READWRITE);
  choose_journal(database, true);
  EXPECT_EQ(journal_of(database), "wal");
}

/// What a power loss leaves of a history without a write-ahead log: the pages of an unfinished transaction, and beside
/// the file the pages from before it.
TEST_F(NetworkHistory, RollsBackAnInterruptedTransaction) {
  record_one();
  const auto cut_off = folder_ / "cut.db";
  {
    SQLite::Database database(file_.string(), SQLite::OPEN_READWRITE);
    choose_journal(database, true);
    database.exec("PRAGMA cache_size = 2; BEGIN IMMEDIATE");
    database.exec(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
        "INSERT INTO certificate (sha256, der) SELECT randomblob(32), randomblob(900) FROM n");
    fs::copy_file(file_, cut_off);
    fs::copy_file(file_.string() + "-journal", cut_off.string() + "-journal");
    database.exec("ROLLBACK");
  }
  ASSERT_GT(fs::file_size(cut_off), fs::file_size(file_));

  EXPECT_EQ(History::open_existing(cut_off).headlines({}).size(), 1u);
  EXPECT_TRUE(check_history(cut_off).agrees());
}

TEST(NetworkFileSystem, IsRecognisedByItsType) {
  EXPECT_TRUE(is_network_file_system(NFS_SUPER_MAGIC));
  EXPECT_TRUE(is_network_file_system(SMB_SUPER_MAGIC));
  EXPECT_FALSE(is_network_file_system(EXT4_SUPER_MAGIC));
  EXPECT_FALSE(is_network_file_system(TMPFS_MAGIC));
  EXPECT_FALSE(is_network_file_system(OVERLAYFS_SUPER_MAGIC));
}

}  // namespace
}  // namespace casweep::store
