// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>

#include <functional>
#include <string_view>

#include "base/file_descriptor.h"

namespace casweep::base {

/// A forked process that does one thing and reports to its parent through a pipe. It ends with its parent. Signals that
/// a terminal or a service manager sends to the whole process group do not end it, because the parent decides that.
class ChildProcess {
 public:
  /// `work` runs in the child, with the end of the pipe to write to; the child ends with the code it returns, or with 2
  /// if it throws, and runs no destructors. Throws std::system_error if the system has no resources for it.
  explicit ChildProcess(const std::function<int(int to_parent)>& work);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() { end(); }

  /// The end of the pipe to read from; does not block.
  [[nodiscard]] int from_child() const { return from_child_.get(); }

  /// Kills what is left of the process, reaps it and gives its status as waitpid() does; a second call gives 0.
  int end() noexcept;

 private:
  FileDescriptor from_child_;
  pid_t pid_ = -1;
};

/// Writes all of `bytes`, regardless of signals; false if the pipe has no reader.
bool write_all(int descriptor, std::string_view bytes);

}  // namespace casweep::base
