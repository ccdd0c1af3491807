// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "assess/reading.h"

namespace casweep::assess {

/// Lets a worker report its next step and what it knows so far, so that the parent can say where it got stuck.
using ReportStage = std::function<void(std::string_view stage, const Reading& so_far)>;

/// The stage of a worker that has no address of the host yet.
[[nodiscard]] inline std::string lookup_stage(std::string_view host) {
  return "looking up " + std::string(host) + " in DNS";
}

/// The stage of a worker that has an address of the host, but no session yet.
inline constexpr std::string_view connecting_stage = "connecting to TCP port 445 and logging on";

}  // namespace casweep::assess
