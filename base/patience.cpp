// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/patience.h"

#include <algorithm>
#include <cerrno>

namespace casweep::base {

bool wait_until_ready(pollfd& waiting, std::chrono::steady_clock::time_point deadline, const Patience& patience) {
  using std::chrono::milliseconds;
  constexpr milliseconds moment{250};
  for (;;) {
    if (patience.stop.is_raised()) {
      errno = ECANCELED;
      return false;
    }
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    const int ready = poll(&waiting, 1, static_cast<int>(std::clamp(left, milliseconds(0), moment).count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    if (ready == 0 && left <= moment) {
      errno = ETIMEDOUT;
      return false;
    }
  }
}

}  // namespace casweep::base
