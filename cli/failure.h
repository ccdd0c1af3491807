// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string_view>

#include "cli/terminal/environment.h"

namespace casweep::cli {

/// Prints why a command ends; keeps the line breaks of a message and escapes everything else in it.
void say(const Environment& environment, std::string_view message);

/// The exit code that `run` returns or, if it throws, the one of its failure, after printing why.
[[nodiscard]] int exit_code_of_running(const Environment& environment, const std::function<int()>& run);

}  // namespace casweep::cli
