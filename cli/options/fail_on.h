// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <vector>

#include "cli/exit_code.h"
#include "cli/options/help_section.h"
#include "cli/options/option_group.h"

namespace casweep::cli {

/// --fail-on, with `otherwise` as the default, and --strict.
[[nodiscard]] OptionGroup fail_on_options(const FailOn& otherwise, Source source);

/// What the words of --fail-on mean.
[[nodiscard]] HelpSection fail_on_words();

/// The exit codes 0 to 3 with the words that cause them, and `others`.
[[nodiscard]] std::vector<Definition> with_fail_on_codes(std::vector<Definition> others);

/// What was asked for, or `otherwise` if --fail-on was not given. Throws CommandError (usage).
[[nodiscard]] FailOn read_fail_on(const boost::program_options::variables_map& values, FailOn otherwise);

}  // namespace casweep::cli
