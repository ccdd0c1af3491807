// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>

#include "store/scan_lock_internal.h"
#include "store/store_error.h"

namespace casweep::store {
namespace {

namespace fs = std::filesystem;
using base::FileDescriptor;

/// One lock for a database, even if several links lead to it.
fs::path lock_file_of(const fs::path& file) {
  std::error_code error;
  auto lock_file = fs::weakly_canonical(file, error);
  if (error) lock_file = file;
  return lock_file += ".lock";
}

StoreError cannot_lock(const fs::path& lock_file, int error_number) {
  const auto kind = error_number == EROFS    ? StoreError::Kind::read_only
                    : error_number == ENOSPC ? StoreError::Kind::disk_full
                                             : StoreError::Kind::cannot_open;
  return {kind, fmt::format("The lock file {} cannot be used ({}): check the permissions of its folder.",
                            lock_file.string(), std::generic_category().message(error_number))};
}

int pid_in(int fd) {
  std::array<char, 16> text{};
  const auto size = ::pread(fd, text.data(), text.size(), 0);
  int pid = 0;
  if (size > 0) std::from_chars(text.data(), text.data() + size, pid);
  return pid;
}

/// For the message of a process that waits. It is not needed for the lock, so failures are ignored.
void write_pid(int fd) {
  const auto text = fmt::format("{}\n", ::getpid());
  if (::ftruncate(fd, 0) == 0) [[maybe_unused]]
    const auto written = ::pwrite(fd, text.data(), text.size(), 0);
}

}  // namespace

FileDescriptor take_scan_lock(const fs::path& file, const std::function<void(int pid)>& waits_for,
                              base::StopSignal stop) {
  constexpr std::chrono::milliseconds moment{50};
  const auto lock_file = lock_file_of(file);
  FileDescriptor fd(::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (fd.get() < 0) throw cannot_lock(lock_file, errno);

  // Polled: a signal just before a blocking flock() would not end it.
  for (int tries = 0; ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (errno != EWOULDBLOCK && errno != EINTR) throw cannot_lock(lock_file, errno);
    if (tries == 1) waits_for(pid_in(fd.get()));  // not at once: scan_lock_state() may hold it for a moment
    if (stop.is_raised()) {
      throw StoreError(StoreError::Kind::busy, "Stopped waiting for the other scan: no scan was started.");
    }
    std::this_thread::sleep_for(moment);
  }
  write_pid(fd.get());
  return fd;
}

LockState scan_lock_state(const fs::path& file) {
  const FileDescriptor fd(::open(lock_file_of(file).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (fd.get() < 0) return errno == ENOENT ? LockState::free : LockState::unknown;
  if (::flock(fd.get(), LOCK_SH | LOCK_NB) == 0) return LockState::free;
  return errno == EWOULDBLOCK ? LockState::held : LockState::unknown;
}

}  // namespace casweep::store
