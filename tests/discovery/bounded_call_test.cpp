// SPDX-License-Identifier: GPL-3.0-or-later
#include "discovery/bounded_call_internal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>

namespace casweep::discovery {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const DirectoryError silent{DirectoryErrorKind::timed_out, "It is silent."};

tl::expected<std::string, DirectoryError> wait_for_ever() {
  for (;;) pause();
}

bool has_no_children() { return waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

TEST(BoundedCall, GivesWhatTheCallGives) {
  const std::string long_text(100'000, '\n');
  EXPECT_EQ(bounded_call([&] { return long_text; }, base::Patience{}, silent), long_text);
  EXPECT_EQ(bounded_call([] { return std::string(); }, base::Patience{}, silent), "");
}

TEST(BoundedCall, GivesTheFailureOfTheCall) {
  for (const auto kind : {DirectoryErrorKind::options_unusable, DirectoryErrorKind::credentials_refused,
                          DirectoryErrorKind::malformed_answer}) {
    const auto answer = bounded_call(
        [&]() -> tl::expected<std::string, DirectoryError> {
          return tl::unexpected(DirectoryError{kind, "Why."});
        },
        base::Patience{}, silent);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, kind);
    EXPECT_EQ(answer.error().message, "Why.");
  }
}

TEST(BoundedCall, EndsWithThePatience) {
  const auto began = Clock::now();
  const auto answer = bounded_call(wait_for_ever, base::Patience{300ms}, silent);

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, silent.message);
  EXPECT_GE(Clock::now() - began, 300ms);
  EXPECT_LT(Clock::now() - began, 5s);
  EXPECT_TRUE(has_no_children());
}

volatile std::sig_atomic_t signalled = 0;

/// The signal may come while it waits, or just before.
TEST(BoundedCall, EndsWithASignal) {
  struct sigaction note {};
  note.sa_handler = [](int) { signalled = 1; };
  struct sigaction before {};
  sigaction(SIGALRM, &note, &before);
  for (const useconds_t later : {1U, 100'000U}) {
    signalled = 0;
    const auto began = Clock::now();
    ualarm(later, 0);
    const auto answer = bounded_call(wait_for_ever, base::Patience{60s, &signalled}, silent);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, DirectoryErrorKind::interrupted);
    EXPECT_LT(Clock::now() - began, 5s);
  }
  sigaction(SIGALRM, &before, nullptr);
  EXPECT_TRUE(has_no_children());
}

TEST(BoundedCall, ThatCrashesIsAFailure) {
  const SlowCall crashes[] = {[]() -> tl::expected<std::string, DirectoryError> { _exit(0); },
                              []() -> tl::expected<std::string, DirectoryError> { _exit(3); },
                              []() -> tl::expected<std::string, DirectoryError> { throw 1; },
                              []() -> tl::expected<std::string, DirectoryError> {
                                raise(SIGKILL);
                                return {};
                              }};
  for (const SlowCall& crash : crashes) {
    const auto answer = bounded_call(crash, base::Patience{}, silent);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, DirectoryErrorKind::malformed_answer);
  }
}

TEST(BoundedCall, ThatBabblesIsAFailure) {
  const auto answer = bounded_call([] { return std::string(4 * 1024 * 1024, 'x'); }, base::Patience{}, silent);
  EXPECT_FALSE(answer);
}

}  // namespace
}  // namespace casweep::discovery
