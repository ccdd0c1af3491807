// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace casweep::base {
namespace {

/// The child's side of the fork.
[[noreturn]] void run(const std::function<int(int to_parent)>& work, int to_parent, pid_t parent) noexcept {
  for (const int to_the_group : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::signal(to_the_group, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it died before the line above
  try {
    ::_exit(work(to_parent));
  } catch (...) {
    ::_exit(2);
  }
}

}  // namespace

ChildProcess::ChildProcess(const std::function<int(int to_parent)>& work) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  from_child_ = FileDescriptor(ends[0]);
  const FileDescriptor to_parent(ends[1]);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) run(work, to_parent.get(), parent);
  ::fcntl(from_child_.get(), F_SETFL, O_NONBLOCK);
}

int ChildProcess::end() noexcept {
  int status = 0;
  if (pid_ <= 0) return status;
  // A child that has closed its pipe is ending by itself, and its own status is wanted. SIGKILL could replace that
  // status if it came first.
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status;
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace casweep::base
