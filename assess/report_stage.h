// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string_view>

#include "assess/reading.h"

namespace casweep::assess {

/// Lets a worker report its next step and what it knows so far, so that the parent can say where it got stuck.
using ReportStage = std::function<void(std::string_view stage, const Reading& so_far)>;

}  // namespace casweep::assess
