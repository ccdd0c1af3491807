// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/instant_option.h"

#include <charconv>

namespace casweep::cli {
namespace {

using namespace std::chrono;

/// Takes exactly `digits` digits off `rest`.
std::optional<int> take_number(std::string_view& rest, std::size_t digits) {
  if (rest.size() < digits) return std::nullopt;
  int number = 0;
  for (const char digit : rest.substr(0, digits)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + (digit - '0');
  }
  rest.remove_prefix(digits);
  return number;
}

bool take(std::string_view& rest, char character) {
  if (!rest.starts_with(character)) return false;
  rest.remove_prefix(1);
  return true;
}

std::optional<sys_days> take_date(std::string_view& rest) {
  const auto y = take_number(rest, 4);
  if (!y || !take(rest, '-')) return std::nullopt;
  const auto m = take_number(rest, 2);
  if (!m || !take(rest, '-')) return std::nullopt;
  const auto d = take_number(rest, 2);
  if (!d) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  return sys_days{date};
}

/// The time of day behind the T, up to the end.
std::optional<milliseconds> time_of(std::string_view rest) {
  const auto h = take_number(rest, 2);
  if (!h || *h > 23 || !take(rest, ':')) return std::nullopt;
  const auto m = take_number(rest, 2);
  if (!m || *m > 59) return std::nullopt;
  milliseconds time = hours{*h} + minutes{*m};
  if (take(rest, ':')) {
    const auto s = take_number(rest, 2);
    if (!s || *s > 59) return std::nullopt;
    time += seconds{*s};
    if (take(rest, '.')) {
      const auto ms = take_number(rest, 3);
      if (!ms) return std::nullopt;
      time += milliseconds{*ms};
    }
  }
  if (rest != "Z") return std::nullopt;
  return time;
}

std::optional<base::Instant> instant_with(std::string_view text, milliseconds time_of_date) {
  const auto date = take_date(text);
  if (!date) return std::nullopt;
  if (text.empty()) return *date + time_of_date;
  if (!take(text, 'T')) return std::nullopt;
  const auto time = time_of(text);
  if (!time) return std::nullopt;
  return *date + *time;
}

}  // namespace

std::optional<base::Instant> instant_of(std::string_view text) { return instant_with(text, milliseconds{0}); }

std::optional<base::Instant> end_of(std::string_view text) { return instant_with(text, days{1} - milliseconds{1}); }

std::optional<milliseconds> duration_of(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr int most = 100'000;
  if (error != std::errc{} || number <= 0 || number > most) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit == "h") return hours{number};
  if (unit == "d") return days{number};
  if (unit == "w") return weeks{number};
  return std::nullopt;
}

}  // namespace casweep::cli
