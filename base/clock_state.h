// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace casweep::base {

/// What the machine's clock says of itself (adjtimex(2)): a time in evidence is worth as much as the clock it came
/// from.
struct ClockState {
  std::optional<bool> synchronized{};  ///< by the kernel's own judgement; nullopt: unknown
  std::chrono::microseconds estimated_error{};
  std::chrono::microseconds maximum_error{};
  std::string failure{};  ///< why it is unknown

  bool operator==(const ClockState&) const = default;
};

[[nodiscard]] ClockState clock_state();

}  // namespace casweep::base
