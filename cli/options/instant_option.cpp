// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/instant_option.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/decimal.h"
#include "report/words/counts.h"

namespace casweep::cli {
namespace {

using namespace std::chrono;

/// Takes exactly `digits` digits off `rest`.
std::optional<unsigned> take_number(std::string_view& rest, std::size_t digits) {
  if (rest.size() < digits) return std::nullopt;
  const auto number = base::parse_decimal<unsigned>(rest.substr(0, digits));  // no sign
  if (number) rest.remove_prefix(digits);
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
  const year_month_day date{year{static_cast<int>(*y)}, month{*m}, day{*d}};
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

/// The same time of the day that is `length` of the calendar earlier.
template <typename Length>
base::Instant months_before(base::Instant now, Length length) {
  const auto day = floor<days>(now);
  year_month_day date = year_month_day{day} - length;
  if (!date.ok()) date = date.year() / date.month() / last;
  return sys_days{date} + (now - day);
}

struct WordOfDay {
  std::string_view word;
  std::string_view length;  ///< ago; empty: today
};
constexpr std::array words_of_days{WordOfDay{"today", ""}, WordOfDay{"yesterday", "1d"}, WordOfDay{"last-week", "1w"},
                                   WordOfDay{"last-month", "1m"}, WordOfDay{"last-year", "1y"}};

}  // namespace

std::optional<base::Instant> instant_of(std::string_view text) { return instant_with(text, milliseconds{0}); }

std::optional<base::Instant> end_of(std::string_view text) { return instant_with(text, days{1} - milliseconds{1}); }

std::optional<base::Instant> ago_of(std::string_view text, base::Instant now) {
  constexpr unsigned most = 100'000;  // hours, 11 years
  constexpr unsigned most_years = 100;
  if (text.empty()) return std::nullopt;
  const auto number = base::parse_decimal<unsigned>(text.substr(0, text.size() - 1));
  if (!number || *number == 0 || *number > most) return std::nullopt;
  const auto count = static_cast<int>(*number);
  switch (text.back()) {
    case 'h':
      return now - hours{count};
    case 'd':
      return now - days{count};
    case 'w':
      return now - weeks{count};
    case 'm':
      return *number > most_years * 12 ? std::nullopt : std::optional{months_before(now, months{count})};
    case 'y':
      return *number > most_years ? std::nullopt : std::optional{months_before(now, years{count})};
    default:
      return std::nullopt;
  }
}

std::optional<base::Instant> end_of_day_of(std::string_view text, base::Instant now) {
  auto then = ago_of(text, now);
  for (const auto& [word, length] : words_of_days) {
    if (text == word) then = length.empty() ? now : ago_of(length, now);
  }
  if (!then) return std::nullopt;
  return floor<days>(*then) + days{1} - milliseconds{1};
}

std::string words_of_day(std::string_view text) {
  for (const auto& [word, length] : words_of_days) {
    if (text != word) continue;
    std::string words(word);
    std::ranges::replace(words, '-', ' ');
    return words;
  }
  if (!ago_of(text, base::Instant{})) return std::string(text);
  constexpr std::array<std::pair<char, std::string_view>, 5> units{
      {{'h', "hour"}, {'d', "day"}, {'w', "week"}, {'m', "month"}, {'y', "year"}}};
  const auto unit = std::ranges::find(units, text.back(), &std::pair<char, std::string_view>::first);
  const auto count = base::parse_decimal<std::size_t>(text.substr(0, text.size() - 1));
  return report::plural(*count, unit->second) + " ago";
}

std::vector<std::string> day_words() {
  std::vector<std::string> words;
  for (const auto& [word, length] : words_of_days) words.emplace_back(word);
  return words;
}

}  // namespace casweep::cli
