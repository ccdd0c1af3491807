// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include <SQLiteCpp/SQLiteCpp.h>

#include "tests/support/history_testing.h"

namespace casweep::store {

using namespace test;
namespace {

/// A process that began a scan and then waits.
class ScanningProcess {
 public:
  explicit ScanningProcess(const std::filesystem::path& file) {
    EXPECT_EQ(::pipe(began_.data()), 0);
    EXPECT_EQ(::pipe(may_finish_.data()), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(began_[0]);
      ::close(may_finish_[1]);
      try {
        scan(file);
      } catch (const std::exception&) {
      }
      ::_exit(1);
    }
    ::close(began_[1]);
    ::close(may_finish_[0]);
    char byte = 0;
    EXPECT_EQ(::read(began_[0], &byte, 1), 1);
  }

  ~ScanningProcess() {
    ::kill(pid_, SIGKILL);
    wait();
    ::close(began_[0]);
    ::close(may_finish_[1]);
  }

  ScanningProcess(const ScanningProcess&) = delete;
  ScanningProcess& operator=(const ScanningProcess&) = delete;

  void die() {
    ::kill(pid_, SIGKILL);
    wait();
  }
  void finish() { EXPECT_EQ(::write(may_finish_[1], "x", 1), 1); }
  void wait() { ::waitpid(pid_, nullptr, 0); }
  [[nodiscard]] int pid() const { return pid_; }

 private:
  void scan(const std::filesystem::path& file) {
    auto history = History::open(file);
    const auto lock = history.lock_for_scan([](int) {});
    const auto id = history.begin_scan(lock, start_example());
    char byte = 'x';
    if (::write(began_[1], &byte, 1) != 1 || ::read(may_finish_[0], &byte, 1) != 1) return;
    const std::vector cas{enforced_example(1, "A")};
    history.finish_scan(id, history::ScanState::complete, at(9), listing_example(), services_of(cas), cas);
  }

  std::array<int, 2> began_{};
  std::array<int, 2> may_finish_{};
  int pid_ = 0;
};

class ScanLockTest : public testing::Test {
 protected:
  [[nodiscard]] std::string stored_state(int id) const {
    SQLite::Database database(file_, SQLite::OPEN_READONLY);
    return database.execAndGet("SELECT state FROM scan WHERE id = " + std::to_string(id)).getString();
  }

  test::TestFolder folder_;
  std::filesystem::path file_ = folder_ / "history.db";
};

using KilledScan = ScanLockTest;
using RunningScan = ScanLockTest;
using ScanLock = ScanLockTest;

TEST_F(RunningScan, IsShownAsRunningWhileItsProcessLives) {
  const ScanningProcess other(file_);
  const auto history = History::open_existing(file_);

  EXPECT_EQ(history.scan(1).state, history::ScanState::running);
  EXPECT_EQ(history.headlines({}).at(0).state, history::ScanState::running);
}

TEST_F(KilledScan, IsShownAsInterruptedByAReader) {
  ScanningProcess(file_).die();
  const auto history = History::open_existing(file_);

  EXPECT_EQ(history.scan(1).state, history::ScanState::interrupted);
  EXPECT_EQ(history.headlines({}).at(0).state, history::ScanState::interrupted);
  EXPECT_EQ(stored_state(1), "running");
}

TEST_F(KilledScan, BecomesInterruptedWithTheNextLock) {
  ScanningProcess(file_).die();
  auto history = History::open(file_);

  const auto lock = history.lock_for_scan([](int) { FAIL() << "no process holds the lock"; });

  EXPECT_EQ(stored_state(1), "interrupted");
  EXPECT_EQ(history.scan(1).finished_at, std::nullopt);
}

TEST_F(KilledScan, LosesNothingThatWasRecordedBefore) {
  {
    auto history = History::open(file_);
    record_scan(history, {enforced_example(1, "A")});
  }
  ScanningProcess(file_).die();

  expect_same(History::open_existing(file_).scan(1).cas.at(0), enforced_example(1, "A"));
}

TEST_F(ScanLock, MakesTheSecondScanWaitForTheFirst) {
  ScanningProcess first(file_);
  auto history = History::open(file_);
  std::vector<int> waited_for;

  const auto lock = history.lock_for_scan([&](int pid) {
    waited_for.push_back(pid);
    first.finish();
  });
  const auto second = history.begin_scan(lock, start_example());
  history.finish_scan(second, history::ScanState::complete, at(9), listing_example(), {}, {});

  EXPECT_EQ(waited_for, std::vector{first.pid()});
  EXPECT_EQ(stored_state(1), "complete");
  EXPECT_EQ(stored_state(2), "complete");
}

TEST_F(ScanLock, IsOneForAllLinksToAHistory) {
  const ScanningProcess other(file_);
  std::filesystem::create_symlink(file_, folder_ / "link.db");

  EXPECT_EQ(History::open_existing(folder_ / "link.db").scan(1).state, history::ScanState::running);
}

TEST_F(ScanLock, FileIsReadableByItsOwnerOnly) {
  auto history = History::open(file_);
  const auto lock = history.lock_for_scan([](int) {});
  struct ::stat status {};
  ASSERT_EQ(::stat((file_.string() + ".lock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
}

/// Also if the signal came just before the wait.
TEST_F(ScanLock, WaitEndsWithASignal) {
  const ScanningProcess other(file_);
  auto history = History::open(file_);
  volatile std::sig_atomic_t signalled = 0;

  EXPECT_EQ(kind_of_error(
                [&] { (void)history.lock_for_scan([&](int) { signalled = SIGINT; }, base::StopSignal(signalled)); }),
            StoreError::Kind::busy);
  EXPECT_EQ(kind_of_error([&] { (void)history.lock_for_scan([](int) {}, base::StopSignal(signalled)); }),
            StoreError::Kind::busy);
}

/// All of them create the file, migrate it and record.
TEST_F(ScanLock, LetsManyProcessesStartWithNoHistoryAtOnce) {
  std::vector<int> children;
  for (int i = 0; i < 8; ++i) {
    const auto child = ::fork();
    if (child == 0) {
      try {
        auto history = History::open(file_);
        record_scan(history, {enforced_example(1, "A")});
        ::_exit(0);
      } catch (const std::exception& error) {
        [[maybe_unused]] const auto size = ::write(2, error.what(), std::string{error.what()}.size());
        ::_exit(1);
      }
    }
    children.push_back(child);
  }
  for (const auto child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(History::open_existing(file_).headlines({}).size(), 8u);
}

/// Its lock file is for its owner only, while the history may be readable for others.
TEST_F(RunningScan, IsNotShownAsInterruptedToAnAccountThatCannotSeeTheLock) {
  const ScanningProcess other(file_);
  std::filesystem::permissions(folder_.path(), std::filesystem::perms{0755});
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::path file = file_;
    file += suffix;
    if (std::filesystem::exists(file)) std::filesystem::permissions(file, std::filesystem::perms{0666});
  }
  std::filesystem::permissions(file_.string() + ".lock", std::filesystem::perms{0000});

  EXPECT_EQ(without_root([&] { return std::string(word_of(History::open_existing(file_).scan(1).state)); }), "running");
}

}  // namespace
}  // namespace casweep::store
