// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/clock_state.h"
#include "base/instant.h"

namespace casweep::history {

/// The circumstances of a run: program, time, account, machine and clock.
struct RunContext {
  base::Instant started_at{};
  std::string tool_version{};
  std::string program_sha256{};  ///< of the program's file, in lower-case hex; empty: not known
  std::string account{};         ///< user@REALM of the queries; empty: not known, or there were none
  std::string host_name{};
  std::string os_user{};
  base::ClockState clock{};
  /// How far the clock was behind the newest moment in the history; 0: it was not.
  std::chrono::milliseconds clock_behind_history{0};

  bool operator==(const RunContext&) const = default;
};

/// When the run began, but not before what the history had by then: the clock may have been set back.
[[nodiscard]] inline base::Instant began_at(const RunContext& run) { return run.started_at + run.clock_behind_history; }

/// The run of this program that starts at `started_at`, on this machine.
[[nodiscard]] RunContext this_run(base::Instant started_at, std::string tool_version, std::string account);

/// {"synchronized", "estimated_error_us", "maximum_error_us", "failure"}: null for what is not known.
[[nodiscard]] nlohmann::ordered_json clock_json(const base::ClockState& clock);

}  // namespace casweep::history
