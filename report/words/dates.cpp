// SPDX-License-Identifier: GPL-3.0-or-later
#include "report/words/dates.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/iso_time.h"

namespace casweep::report {

std::string short_time(base::Instant instant) {
  std::string text = base::iso_time(instant);
  if (text.size() < 24) return "-";
  text[10] = ' ';
  return text.substr(0, 16) + "Z";
}

std::string short_date(base::Instant instant) { return short_time(instant).substr(0, 10); }

std::string duration_text(std::chrono::milliseconds duration) {
  using namespace std::chrono;
  duration = std::max(duration, milliseconds{0});
  if (duration >= days{1}) return fmt::format("{} d", floor<days>(duration).count());
  if (duration >= hours{1}) return fmt::format("{} h", floor<hours>(duration).count());
  if (duration >= minutes{1}) return fmt::format("{} min", floor<minutes>(duration).count());
  return fmt::format("{} s", floor<seconds>(duration).count());
}

std::string ago_text(std::chrono::milliseconds age) {
  return age < age.zero() ? "in the future" : duration_text(age) + " ago";
}

}  // namespace casweep::report
