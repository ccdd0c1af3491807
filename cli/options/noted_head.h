// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <string>

#include "cli/options/option_group.h"

namespace casweep::cli {

/// --head
[[nodiscard]] OptionGroup head_option();

/// --head as the ledger spells it; empty if it was not given. Throws CommandError (usage).
[[nodiscard]] std::string noted_head(const boost::program_options::variables_map& values);

}  // namespace casweep::cli
