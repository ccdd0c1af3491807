// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "base/patience.h"

namespace casweep::base {

/// A program to run, without a shell.
struct Program {
  std::vector<std::string> words{};      ///< its absolute path, then its arguments
  std::vector<std::string> variables{};  ///< its whole environment, as "NAME=value"
  std::string input{};                   ///< what it reads from its standard input
};

/// How a program ended.
struct ProgramEnd {
  enum class Kind {
    exited,       ///< by itself; `number` is its exit code
    killed,       ///< by the signal `number`, which casweep did not send
    not_started,  ///< `number` is the errno
    timed_out,    ///< it did not end in time, and was ended with its process group
    interrupted,  ///< a signal ended the waiting, and the program with its process group
  };
  Kind kind = Kind::exited;
  int number = 0;

  bool operator==(const ProgramEnd&) const = default;
};

/// Runs `program` in a process group of its own and waits for its end for `patience.time` at most; the group is then
/// asked to end, and killed two seconds later. The program has its input, `output` for everything that it writes, and
/// no other file of this process. Processes that it leaves behind after its own end are left alone.
[[nodiscard]] ProgramEnd run_program(const Program& program, int output, const Patience& patience);

}  // namespace casweep::base
