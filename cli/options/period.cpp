// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options/period.h"

#include <fmt/format.h>

#include <boost/program_options/value_semantic.hpp>
#include <string>
#include <string_view>

#include "cli/command_error.h"
#include "cli/options/command_line.h"
#include "cli/options/instant_option.h"

namespace casweep::cli {
namespace {

base::Instant instant_in(const po::variables_map& values, const char* option,
                         std::optional<base::Instant> (*instant)(std::string_view)) {
  const std::string text = text_of(values, option);
  if (const auto then = instant(text)) return *then;
  throw CommandError(ExitCode::usage,
                     fmt::format("--{} '{}' is not a date; write 2026-11-23 or 2026-11-23T04:00Z.", option, text));
}

}  // namespace

OptionGroup period_options(PeriodEnd end, const char* otherwise) {
  OptionGroup group{.source = Source::arguments_only};
  auto add = group.options.add_options();
  add("since", po::value<std::string>()->value_name("DATE"),
      fmt::format("start at this date or time in UTC: 2026-11-23 or 2026-11-23T04:00Z (default: {})", otherwise)
          .c_str());
  if (end == PeriodEnd::chosen) {
    add("until", po::value<std::string>()->value_name("DATE"),
        "end with this date or time in UTC, and show the forest as it was then (default: now)");
  }
  add("last", po::value<std::string>()->value_name("LENGTH"), "start this long ago: 90d, 12h, 4w, 3m (months) or 1y");
  return group;
}

std::optional<std::chrono::milliseconds> length_of(const po::variables_map& values, const char* option,
                                                   base::Instant now) {
  if (values.count(option) == 0) return std::nullopt;
  const std::string text = text_of(values, option);
  if (const auto then = ago_of(text, now)) return now - *then;
  throw CommandError(ExitCode::usage,
                     fmt::format("--{} '{}' is not a length of time; write 90d, 12h, 4w, 3m or 1y.", option, text));
}

Period period_of(const po::variables_map& values, base::Instant now) {
  Period period;
  if (values.count("until") > 0) period.until = instant_in(values, "until", end_of);
  if (values.count("since") > 0) period.since = instant_in(values, "since", instant_of);
  if (const auto length = length_of(values, "last", now)) {
    if (period.since || period.until) {
      throw CommandError(ExitCode::usage, values.count("until") > 0
                                              ? "--last excludes --since and --until; use one of them."
                                              : "--last excludes --since; use one of them.");
    }
    period.since = now - *length;
  }
  if (period.since && period.until && *period.since > *period.until) {
    throw CommandError(ExitCode::usage, "--since is after --until; swap them.");
  }
  return period;
}

}  // namespace casweep::cli
