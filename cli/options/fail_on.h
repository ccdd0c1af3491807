// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>

#include "cli/exit_code.h"
#include "cli/options/help_section.h"
#include "cli/options/option_group.h"

namespace casweep::cli {

/// --fail-on, with `otherwise` as the default, and --strict.
[[nodiscard]] OptionGroup fail_on_options(const FailOn& otherwise, Source source);

/// What the words of --fail-on mean.
[[nodiscard]] HelpSection fail_on_words();

/// What was asked for, or `otherwise` if --fail-on was not given. Throws CommandError (usage).
[[nodiscard]] FailOn read_fail_on(const boost::program_options::variables_map& values, FailOn otherwise);

}  // namespace casweep::cli
