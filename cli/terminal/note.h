// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "cli/terminal/environment.h"

namespace casweep::cli {

/// Tells the person something beside the document: one line on standard error, made safe, and wrapped if that is a
/// terminal; or an entry of the log, if there is one. What was written of the document before it is shown first.
void note(const Environment& environment, std::string_view text);

}  // namespace casweep::cli
