// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/program_run.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/file_descriptor.h"
#include "tests/support/test_folder.h"

namespace casweep::base {
namespace {

using namespace std::chrono_literals;
using test::content_of;
using Kind = ProgramEnd::Kind;

class ProgramRun : public ::testing::Test {
 protected:
  ProgramEnd run(const Program& program, const Patience& patience = {}) {
    const FileDescriptor output(open(output_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    return run_program(program, output.get(), patience);
  }

  ProgramEnd shell(const std::string& script, const Patience& patience = {}) {
    return run({.words = {"/bin/sh", "-c", script}, .variables = {"PATH=/usr/bin:/bin"}}, patience);
  }

  [[nodiscard]] std::string output() const { return content_of(output_); }

  const test::TestFolder folder_;
  const std::string output_ = folder_ / "output";
};

TEST_F(ProgramRun, GivesInputArgumentsAndVariablesUnchanged) {
  // Larger than a pipe, so that a program that does not read would block its writer.
  const std::string input(300'000, 'x');
  EXPECT_EQ(shell("true"), ProgramEnd{});
  EXPECT_EQ(run({.words = {"/bin/cat"}, .input = input}), ProgramEnd{});
  EXPECT_EQ(output(), input);
  EXPECT_EQ(run({.words = {"/bin/echo", "$(id)", "a  b;", "*"}}), ProgramEnd{});
  EXPECT_EQ(output(), "$(id) a  b; *\n");
  EXPECT_EQ(run({.words = {"/usr/bin/env"}, .variables = {"A=1", "B=\n;`id`"}}), ProgramEnd{});
  EXPECT_EQ(output(), "A=1\nB=\n;`id`\n");
}

TEST_F(ProgramRun, KeepsBothOutputs) {
  EXPECT_EQ(shell("echo out; echo err >&2"), ProgramEnd{});
  EXPECT_EQ(output(), "out\nerr\n");
}

TEST_F(ProgramRun, SaysHowTheProgramEnded) {
  EXPECT_EQ(shell("exit 7"), (ProgramEnd{Kind::exited, 7}));
  EXPECT_EQ(shell("kill -SEGV $$"), (ProgramEnd{Kind::killed, SIGSEGV}));
  EXPECT_EQ(run({.words = {folder_ / "none"}}), (ProgramEnd{Kind::not_started, ENOENT}));
  EXPECT_EQ(run({.words = {folder_.file("text", "no program")}}), (ProgramEnd{Kind::not_started, EACCES}));
}

TEST_F(ProgramRun, HasNoOtherFilesAndTheUsualSignals) {
  const int kept = open("/dev/null", O_RDONLY);  // without O_CLOEXEC, as a library may open it
  ASSERT_GE(kept, 0);
  auto* const before = ::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(shell("ls /proc/self/fd; grep SigIgn /proc/self/status"), ProgramEnd{});
  ::signal(SIGPIPE, before);
  close(kept);
  // 3 is the folder that ls itself reads. The C library ignores the signals 32 and 33 in every program that it starts.
  EXPECT_THAT(output(), ::testing::MatchesRegex("0\n1\n2\n3\nSigIgn:\t0000000[01]80000000\n|"
                                                "0\n1\n2\n3\nSigIgn:\t0000000000000000\n"));
}

/// The process that the script writes the number of has ended.
bool has_ended(const std::string& number) {
  for (int i = 0; i < 100; ++i, std::this_thread::sleep_for(20ms)) {
    const std::string status = content_of("/proc/" + number + "/stat");
    if (status.empty() || status.find(") Z ") != std::string::npos) return true;
  }
  return false;
}

TEST_F(ProgramRun, EndsTheWholeGroupInTime) {
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(shell("sleep 60 & echo -n $!; wait", Patience{500ms}).kind, Kind::timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 20s);
  EXPECT_TRUE(has_ended(output()));
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
}

TEST_F(ProgramRun, KillsAProgramThatDoesNotWantToEnd) {
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(shell("trap '' TERM; echo -n $$; while :; do sleep 0.1; done", Patience{300ms}).kind, Kind::timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 20s);
  EXPECT_TRUE(has_ended(output()));
}

volatile std::sig_atomic_t program_run_signalled = 0;

TEST_F(ProgramRun, EndsWithASignalToCasweep) {
  program_run_signalled = 0;
  std::thread signal([] {
    std::this_thread::sleep_for(300ms);
    program_run_signalled = SIGTERM;
  });
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(shell("sleep 60", Patience{60s, StopSignal(program_run_signalled)}).kind, Kind::interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 20s);
  signal.join();
}

}  // namespace
}  // namespace casweep::base
