// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>

#include "cli/options/option_group.h"
#include "cli/terminal/environment.h"
#include "report/table/ca_table.h"

namespace casweep::cli {

/// --all, --only and --sort of a table of CAs.
[[nodiscard]] OptionGroup ca_selection_options();

/// Which CAs to list. Only a terminal gets less than all of them. Throws CommandError (usage).
[[nodiscard]] report::CaSelection ca_selection(const boost::program_options::variables_map& values,
                                               const Environment& environment);

}  // namespace casweep::cli
