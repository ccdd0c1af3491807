// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace casweep::base {

/// The state of the machine's clock (adjtimex(2)): a time in evidence is only as reliable as its clock.
struct ClockState {
  std::optional<bool> synchronized{};  ///< according to the kernel; nullopt: unknown
  std::chrono::microseconds estimated_error{};
  std::chrono::microseconds maximum_error{};
  std::string failure{};  ///< why it is unknown

  bool operator==(const ClockState&) const = default;
};

[[nodiscard]] ClockState clock_state();

}  // namespace casweep::base
