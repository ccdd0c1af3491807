// SPDX-License-Identifier: GPL-3.0-or-later
#include "evidence/clock_state.h"

#include <sys/timex.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "report/json/json_text.h"

namespace casweep::evidence {

ClockState clock_state() {
  timex state{};  // no modes: it only tells
  const int told = ::adjtimex(&state);
  if (told < 0) return {.failure = std::generic_category().message(errno)};
  return {.synchronized = told != TIME_ERROR && (state.status & STA_UNSYNC) == 0,
          .estimated_error = std::chrono::microseconds{state.esterror},
          .maximum_error = std::chrono::microseconds{state.maxerror}};
}

nlohmann::ordered_json clock_json(const ClockState& clock) {
  using nlohmann::ordered_json;
  const bool told = clock.synchronized.has_value();
  return {{"synchronized", told ? ordered_json(*clock.synchronized) : nullptr},
          {"estimated_error_us", told ? ordered_json(clock.estimated_error.count()) : nullptr},
          {"maximum_error_us", told ? ordered_json(clock.maximum_error.count()) : nullptr},
          {"failure", report::text_or_null(clock.failure)}};
}

}  // namespace casweep::evidence
