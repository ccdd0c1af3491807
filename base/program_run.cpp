// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/program_run.h"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <optional>

#include "base/child_process.h"
#include "base/file_descriptor.h"

namespace casweep::base {
namespace {

using Kind = ProgramEnd::Kind;

constexpr std::chrono::seconds time_to_end{2};

/// The pointers that exec wants; `texts` must outlive them.
std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));  // exec changes nothing
  pointers.push_back(nullptr);
  return pointers;
}

/// An open file without a name that begins with `content`: unlike a pipe, it needs no reader. Without one: errno.
FileDescriptor file_with(const std::string& content) {
  FileDescriptor file(memfd_create("casweep-input", MFD_CLOEXEC));
  if (!file || !write_all(file.get(), content) || lseek(file.get(), 0, SEEK_SET) != 0) return FileDescriptor();
  return file;
}

class SpawnActions {
 public:
  SpawnActions(int input, int output) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    if (output != STDERR_FILENO) posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }

  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// A group of its own, and signals as a program expects them: casweep ignores SIGPIPE, for example.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { posix_spawnattr_destroy(&attributes_); }

  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

using Clock = std::chrono::steady_clock;

/// The status of `process` as waitpid() has it; nullopt: it has not ended by `deadline`, or before a signal.
std::optional<int> status_by(Clock::time_point deadline, pid_t process, StopSignal stop) {
  constexpr int moment_ms = 20;
  for (int status = 0;;) {
    const pid_t ended = waitpid(process, &status, WNOHANG);
    if (ended == process) return status;
    if ((ended < 0 && errno != EINTR) || stop.is_raised() || Clock::now() >= deadline) return std::nullopt;
    poll(nullptr, 0, moment_ms);
  }
}

/// Ends the group that `process` leads, and reaps `process`.
void end_group(pid_t process) {
  kill(-process, SIGTERM);
  const bool has_ended = status_by(Clock::now() + time_to_end, process, {}).has_value();
  kill(-process, SIGKILL);
  if (has_ended) return;
  while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

ProgramEnd run_program(const Program& program, int output, const Patience& patience) {
  const FileDescriptor input = file_with(program.input);
  if (!input) return {Kind::not_started, errno};
  const SpawnActions actions(input.get(), output);
  const SpawnAttributes attributes;
  const auto words = pointers_to(program.words);
  const auto variables = pointers_to(program.variables);
  pid_t process = -1;
  const int error =
      posix_spawn(&process, words.front(), actions.get(), attributes.get(), words.data(), variables.data());
  if (error != 0) return {Kind::not_started, error};

  const auto status = status_by(Clock::now() + patience.time, process, patience.stop);
  if (!status) {
    end_group(process);
    return {patience.stop.is_raised() ? Kind::interrupted : Kind::timed_out};
  }
  return WIFEXITED(*status) ? ProgramEnd{Kind::exited, WEXITSTATUS(*status)}
                            : ProgramEnd{Kind::killed, WTERMSIG(*status)};
}

}  // namespace casweep::base
