// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock_state.h"

#include <sys/timex.h>

#include <cerrno>
#include <system_error>

namespace casweep::base {

ClockState clock_state() {
  timex state{};  // no modes: nothing is adjusted
  const int status = ::adjtimex(&state);
  if (status < 0) return {.failure = std::generic_category().message(errno)};
  return {.synchronized = status != TIME_ERROR && (state.status & STA_UNSYNC) == 0,
          .estimated_error = std::chrono::microseconds{state.esterror},
          .maximum_error = std::chrono::microseconds{state.maxerror}};
}

}  // namespace casweep::base
