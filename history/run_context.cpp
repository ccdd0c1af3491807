// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/run_context.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/program_digest.h"
#include "base/this_machine.h"

namespace casweep::history {

RunContext this_run(base::Instant started_at, std::string tool_version, std::string account) {
  return {.started_at = started_at,
          .tool_version = std::move(tool_version),
          .program_sha256 = base::program_sha256(),
          .account = std::move(account),
          .host_name = base::this_host_name(),
          .os_user = base::this_os_user(),
          .clock = base::clock_state()};
}

nlohmann::ordered_json clock_json(const base::ClockState& clock) {
  using nlohmann::ordered_json;
  const bool known = clock.synchronized.has_value();
  return {{"synchronized", known ? ordered_json(*clock.synchronized) : nullptr},
          {"estimated_error_us", known ? ordered_json(clock.estimated_error.count()) : nullptr},
          {"maximum_error_us", known ? ordered_json(clock.maximum_error.count()) : nullptr},
          {"failure", clock.failure.empty() ? ordered_json(nullptr) : ordered_json(clock.failure)}};
}

}  // namespace casweep::history
