// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <poll.h>

#include <chrono>

#include "base/stop_signal.h"

namespace casweep::base {

/// How long to wait for another system, and the signal that ends the wait at once.
struct Patience {
  std::chrono::milliseconds time{10'000};  ///< for every single step
  StopSignal stop{};
};

/// Waits until `waiting.fd` is ready for `waiting.events`, until `deadline` (an instant that has passed: looks once),
/// or until a signal stops it, and then a quarter of a second at most, even if the signal came just before.
/// False, with errno ETIMEDOUT, ECANCELED or poll()'s own, if it is not ready.
[[nodiscard]] bool wait_until_ready(pollfd& waiting, std::chrono::steady_clock::time_point deadline,
                                    const Patience& patience);

}  // namespace casweep::base
