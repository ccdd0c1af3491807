// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/iso_time.h"

#include <fmt/format.h>

namespace casweep::base {

std::string iso_time(std::chrono::sys_time<std::chrono::milliseconds> instant) {
  using namespace std::chrono;
  constexpr sys_days first = year{0} / January / 1;
  constexpr sys_days end = year{9999} / December / 31;
  if (instant < first || instant >= end + days{1}) return {};

  const auto day = floor<days>(instant);
  const year_month_day date{day};
  const hh_mm_ss time{instant - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

}  // namespace casweep::base
