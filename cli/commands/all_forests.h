// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/options/command_line.h"

namespace casweep::cli {

/// --all-forests.
[[nodiscard]] OptionGroup all_forests_option();

/// Whether the option was given. Throws CommandError (usage) beside an option that names one forest, or that asks for
/// one document.
[[nodiscard]] bool wants_all_forests(const po::variables_map& values);

/// Calls `run` with the name of each configured forest, one after the other, also after a failure. Returns the greatest
/// exit code of the failures or, if no forest failed, the one that covers the findings of all.
[[nodiscard]] int run_in_all_forests(const po::variables_map& values, const Environment& environment,
                                     const std::function<int(const std::string& forest)>& run);

}  // namespace casweep::cli
