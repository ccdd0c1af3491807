// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <string>

#include "base/stop_signal.h"
#include "store/store_error.h"

namespace casweep::cli {

/// Thrown where a signal ends the command: exit code 128 + `signal`.
struct Interrupted {
  int signal;
  std::string message;  ///< for the person who sent it
};

/// While it lives, the first SIGINT, SIGTERM or SIGHUP raises a flag, so that what was read can be recorded; a
/// later one kills, half a second after it or more. SIGPIPE is ignored: a reader that has gone must not take the
/// recording with it. One at a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  /// Raised once a signal came.
  [[nodiscard]] static base::StopSignal flag();

  /// Waits until `fd` has something to read. Throws Interrupted for a signal, also for one that came just before: a
  /// handler alone would not keep read(2) from waiting then.
  static void wait_for_input(int fd);

  static void throw_if_signalled(const std::string& message = "Interrupted.");

  /// What `work` returns, which flag() ends with a StoreError (busy): Interrupted is made of that.
  template <typename Work>
  static auto or_interrupted(const Work& work) {
    try {
      return work();
    } catch (const store::StoreError& error) {
      if (error.kind() == store::StoreError::Kind::busy) throw_if_signalled();
      throw;
    }
  }

 private:
  static constexpr int signals_[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
  struct sigaction before_[4] = {};
};

}  // namespace casweep::cli
