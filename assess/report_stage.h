// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string_view>

#include "assess/reading.h"

namespace casweep::assess {

/// Lets a worker say what it is about to do and what it knows so far, so that the parent can tell what it was stuck at.
using ReportStage = std::function<void(std::string_view stage, const Reading& so_far)>;

}  // namespace casweep::assess
