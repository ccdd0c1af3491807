// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/terminal/environment.h"

namespace casweep::cli {

/// Runs with the words after the command's own; returns the exit code, throws what ends it early.
using RunCommand = int (*)(std::span<const std::string> arguments, const Environment& environment);

int run_scan(std::span<const std::string> arguments, const Environment& environment);
int run_list(std::span<const std::string> arguments, const Environment& environment);
int run_show(std::span<const std::string> arguments, const Environment& environment);
int run_db(std::span<const std::string> arguments, const Environment& environment);
int run_export(std::span<const std::string> arguments, const Environment& environment);
int run_report(std::span<const std::string> arguments, const Environment& environment);
int run_status(std::span<const std::string> arguments, const Environment& environment);
int run_history(std::span<const std::string> arguments, const Environment& environment);
int run_trend(std::span<const std::string> arguments, const Environment& environment);
int run_diff(std::span<const std::string> arguments, const Environment& environment);
int run_scans(std::span<const std::string> arguments, const Environment& environment);
int run_explain(std::span<const std::string> arguments, const Environment& environment);
int run_evidence(std::span<const std::string> arguments, const Environment& environment);
int run_accept(std::span<const std::string> arguments, const Environment& environment);

struct Command {
  std::string_view name;
  RunCommand run;
  std::string_view help;
};

[[nodiscard]] std::span<const Command> commands();

/// Runs the command that the program's `arguments` name, or helps. Throws CommandError (usage) if they name none.
int dispatch(std::span<const std::string> arguments, const Environment& environment);

}  // namespace casweep::cli
