// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include "cli/exit_code.h"

namespace casweep::cli {

/// --fail-on, --strict
[[nodiscard]] boost::program_options::options_description fail_on_options();

/// What was asked for, or `otherwise` if --fail-on was not given. Throws CommandError (usage).
[[nodiscard]] FailOn read_fail_on(const boost::program_options::variables_map& values, FailOn otherwise);

}  // namespace casweep::cli
