// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <chrono>
#include <optional>

#include "base/instant.h"
#include "cli/options/option_group.h"

namespace casweep::cli {

/// A part of the history; nullopt: from the beginning, until now.
struct Period {
  std::optional<base::Instant> since{};
  std::optional<base::Instant> until{};
};

enum class PeriodEnd { now, chosen };

/// --since, --last and, for an end that is chosen, --until. `otherwise` says what the period is without them.
[[nodiscard]] OptionGroup period_options(PeriodEnd end, const char* otherwise);

/// Throws CommandError (usage).
[[nodiscard]] Period period_of(const boost::program_options::variables_map& values, base::Instant now);

/// The length of time that the option has, such as 36h; nullopt: it was not given. Throws CommandError (usage).
[[nodiscard]] std::optional<std::chrono::milliseconds> length_of(const boost::program_options::variables_map& values,
                                                                 const char* option, base::Instant now);

}  // namespace casweep::cli
