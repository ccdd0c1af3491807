// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <utility>

#include "base/error_text.h"
#include "cli/exit_code.h"

namespace casweep::cli {

/// Ends the command, with one sentence for a person that says what to do next, and perhaps lines of candidates.
class CommandError : public std::runtime_error {
 public:
  CommandError(ExitCode code, base::ErrorText text)
      : std::runtime_error(text.joined()), code_(code), text_(std::move(text)) {}
  [[nodiscard]] ExitCode code() const { return code_; }
  [[nodiscard]] const base::ErrorText& text() const { return text_; }

 private:
  ExitCode code_;
  base::ErrorText text_;
};

/// One that comes after the document of the command, which is complete.
class ErrorAfterDocument : public CommandError {
 public:
  using CommandError::CommandError;
};

}  // namespace casweep::cli
