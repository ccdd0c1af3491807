// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <poll.h>

#include <chrono>
#include <csignal>

namespace casweep::base {

/// How long to wait for somebody else, and for whom to stop waiting at once.
struct Patience {
  std::chrono::milliseconds time{10'000};                   ///< for every single step
  const volatile std::sig_atomic_t* interrupted = nullptr;  ///< not 0 once a signal came; nullptr: nobody's

  [[nodiscard]] bool is_interrupted() const { return interrupted != nullptr && *interrupted != 0; }
};

/// Waits until `waiting.fd` is ready for `waiting.events`, until `deadline` (an instant that has passed: looks once),
/// or until `patience` is interrupted, and then a quarter of a second at most, even if the signal came just before.
/// False, with errno ETIMEDOUT, ECANCELED or poll()'s own, if it is not ready.
[[nodiscard]] bool wait_until_ready(pollfd& waiting, std::chrono::steady_clock::time_point deadline,
                                    const Patience& patience);

}  // namespace casweep::base
