// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

#include "cli/exit_code.h"

namespace casweep::cli {

/// Ends the command. `what()` is one sentence for a person that says what to do next; lines with candidates may follow.
class CommandError : public std::runtime_error {
 public:
  CommandError(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// One that comes after the document of the command, which is complete.
class ErrorAfterDocument : public CommandError {
 public:
  using CommandError::CommandError;
};

}  // namespace casweep::cli
