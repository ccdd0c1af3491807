// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

#include "cli/exit_code.h"

namespace casweep::cli {

/// Throws CommandError (`code`) if users other than root and this account may change `file`, which is open as
/// `descriptor`; `what` names it: "config file".
void require_trusted_input(std::string_view what, const std::string& file, int descriptor, ExitCode code);

/// The same for a file that a library opens by its name; one that cannot be opened passes, and fails there.
void require_trusted_input(std::string_view what, const std::string& file, ExitCode code);

}  // namespace casweep::cli
