// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "cli/terminal/environment.h"

namespace casweep::cli {

/// The folders of the XDG Base Directory Specification; a relative variable does not count. Empty if neither the
/// variable nor HOME is set.

/// $XDG_DATA_HOME/casweep, or ~/.local/share/casweep.
[[nodiscard]] std::filesystem::path user_data_directory(const Environment& environment);

/// $XDG_CONFIG_HOME/casweep, or ~/.config/casweep.
[[nodiscard]] std::filesystem::path user_config_directory(const Environment& environment);

}  // namespace casweep::cli
