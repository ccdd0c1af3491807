// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

#include "cli/terminal/environment.h"

namespace casweep::cli {

/// Tells the person something beside the document: safe text, on standard error, wrapped if that is a terminal. What
/// was written of the document before it is shown first.
void note(const Environment& environment, std::string_view safe);

}  // namespace casweep::cli
