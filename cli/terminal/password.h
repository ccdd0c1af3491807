// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"
#include "cli/terminal/environment.h"

namespace casweep::cli {

/// The first line of `file`, which may be a pipe. Warns if other users may read it. Throws CommandError (credentials)
/// if there is none.
[[nodiscard]] base::Secret read_password_file(const std::string& file, const Environment& environment);

/// Asks the person at the terminal (/dev/tty) for the password of `whom`, without echo. Throws CommandError
/// (credentials) if there is no terminal, and names the options to give `instead`, or no answer; Interrupted on a
/// signal. The terminal echoes again in any case.
[[nodiscard]] base::Secret ask_for_password(const std::string& whom, std::string_view instead);

}  // namespace casweep::cli
