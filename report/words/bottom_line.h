// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "assess/reason.h"
#include "explain/explanation.h"

namespace casweep::report {

/// What follows from an explanation for the decision: which computers to check, whether anything else speaks against
/// it, and whether something was not visible. `known` is the last known verdict. Foreign text.
[[nodiscard]] std::string bottom_line(const explain::Explanation& explanation, std::optional<assess::Verdict> known);

}  // namespace casweep::report
