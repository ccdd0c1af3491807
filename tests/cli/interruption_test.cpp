// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/terminal/interruption.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <thread>

namespace casweep::cli {
namespace {

class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe(ends_.data()), 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    for (const int end : ends_) close(end);
  }
  [[nodiscard]] int reader() const { return ends_[0]; }
  [[nodiscard]] int writer() const { return ends_[1]; }

 private:
  std::array<int, 2> ends_{};
};

/// Ctrl-C between the prompt and the wait for what is typed.
TEST(Interruption, EndsAWaitThatBeginsAfterTheSignal) {
  const Interruption interruption;
  const Pipe silent;
  std::raise(SIGINT);
  try {
    Interruption::wait_for_input(silent.reader());
    FAIL();
  } catch (const Interrupted& interrupted) {
    EXPECT_EQ(interrupted.signal, SIGINT);
  }
}

TEST(Interruption, EndsAWaitThatHasBegun) {
  const Interruption interruption;
  const Pipe silent;
  const pthread_t waiting = pthread_self();
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    pthread_kill(waiting, SIGTERM);
  });
  EXPECT_THROW(Interruption::wait_for_input(silent.reader()), Interrupted);
  killer.join();
}

/// timeout(1) sends its signal to the process and to its group.
TEST(Interruption, TakesASignalThatCameTwiceForOne) {
  const Interruption interruption;
  std::raise(SIGINT);
  std::raise(SIGINT);
  std::raise(SIGTERM);
  EXPECT_TRUE(Interruption::flag().is_raised());
}

TEST(Interruption, LetsALaterSignalKill) {
  EXPECT_EXIT(
      {
        const Interruption interruption;
        std::raise(SIGINT);
        std::this_thread::sleep_for(std::chrono::milliseconds{700});
        std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

TEST(Interruption, LeavesAWaitForWhatComesAlone) {
  const Interruption interruption;
  const Pipe pipe;
  ASSERT_EQ(write(pipe.writer(), "x", 1), 1);
  EXPECT_NO_THROW(Interruption::wait_for_input(pipe.reader()));
}

}  // namespace
}  // namespace casweep::cli
