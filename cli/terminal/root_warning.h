// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/terminal/environment.h"

namespace casweep::cli {

/// Says on stderr, once, if this process runs as root, which a scan does not need.
void warn_of_root(const Environment& environment);

}  // namespace casweep::cli
