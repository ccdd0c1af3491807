// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <string>

namespace casweep::cli {

/// --head as the ledger spells it; empty: none was given. Throws CommandError (usage).
[[nodiscard]] std::string noted_head(const boost::program_options::variables_map& values);

}  // namespace casweep::cli
