// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/bounded_call.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>

namespace casweep::base {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

using Kind = BoundedCallFailure::Kind;

tl::expected<std::string, SlowCallError> wait_for_ever() {
  for (;;) pause();
}

bool has_no_children() { return waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

TEST(BoundedCall, ReturnsTheResultOfTheCall) {
  const std::string long_text(100'000, '\n');
  EXPECT_EQ(bounded_call([&] { return long_text; }, Patience{}), long_text);
  EXPECT_EQ(bounded_call([] { return std::string(); }, Patience{}), "");
}

TEST(BoundedCall, ReturnsTheFailureOfTheCall) {
  const auto answer = bounded_call(
      []() -> tl::expected<std::string, SlowCallError> {
        return tl::unexpected(SlowCallError{.kind = 7, .code = -1765328378, .message = "Why."});
      },
      Patience{});

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::failed);
  EXPECT_EQ(answer.error().error.kind, 7);
  EXPECT_EQ(answer.error().error.code, -1765328378);
  EXPECT_EQ(answer.error().error.message, "Why.");
}

TEST(BoundedCall, EndsWithThePatience) {
  const auto began = Clock::now();
  const auto answer = bounded_call(wait_for_ever, Patience{300ms});

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, Kind::timed_out);
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
    const auto answer = bounded_call(wait_for_ever, Patience{60s, StopSignal(signalled)});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::interrupted);
    EXPECT_LT(Clock::now() - began, 5s);
  }
  sigaction(SIGALRM, &before, nullptr);
  EXPECT_TRUE(has_no_children());
}

TEST(BoundedCall, ThatCrashesIsAFailure) {
  const SlowCall crashes[] = {[]() -> tl::expected<std::string, SlowCallError> { _exit(0); },
                              []() -> tl::expected<std::string, SlowCallError> { _exit(3); },
                              []() -> tl::expected<std::string, SlowCallError> { throw 1; },
                              []() -> tl::expected<std::string, SlowCallError> {
                                raise(SIGKILL);
                                return {};
                              }};
  for (const SlowCall& crash : crashes) {
    const auto answer = bounded_call(crash, Patience{});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::crashed);
  }
}

TEST(BoundedCall, WithAnOversizedAnswerIsAFailure) {
  const auto answer = bounded_call([] { return std::string(4 * 1024 * 1024, 'x'); }, Patience{});
  EXPECT_FALSE(answer);
}

}  // namespace
}  // namespace casweep::base
