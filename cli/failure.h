// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "base/error_text.h"
#include "cli/log/event_log.h"
#include "cli/terminal/environment.h"

namespace casweep::cli {

/// Prints why a command ends: the sentence on one line, and then the others. A log gets it as `event`.
void say(const Environment& environment, const base::ErrorText& text, LogEvent event = LogEvent::error);

/// The exit code that `run` returns or, if it throws, the one of its failure, after printing why.
[[nodiscard]] int exit_code_of_running(const Environment& environment, const std::function<int()>& run);

}  // namespace casweep::cli
