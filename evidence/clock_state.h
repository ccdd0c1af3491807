// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace casweep::evidence {

/// What the machine's clock says of itself (adjtimex(2)): a time in evidence is worth as much as the clock it came
/// from.
struct ClockState {
  std::optional<bool> synchronized{};  ///< by the kernel's own judgement; nullopt: it did not tell
  std::chrono::microseconds estimated_error{};
  std::chrono::microseconds maximum_error{};
  std::string failure{};  ///< why it did not tell
};

[[nodiscard]] ClockState clock_state();

[[nodiscard]] nlohmann::ordered_json clock_json(const ClockState& clock);

}  // namespace casweep::evidence
