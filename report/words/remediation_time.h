// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "history/trend.h"

namespace casweep::report {

/// How long remediation takes, in one or two sentences.
[[nodiscard]] std::string time_to_remediate_text(const history::TimeToRemediate& time);

}  // namespace casweep::report
