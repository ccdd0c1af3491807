// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <string>

#include "cli/options/option_group.h"

namespace casweep::cli {

enum class Verbosity { quiet, usual, verbose };

/// -q and -v, with what they do; without a text, the option does not exist.
[[nodiscard]] OptionGroup verbosity_options(const std::string& quiet_text, const std::string& verbose_text);

[[nodiscard]] Verbosity verbosity_of(const boost::program_options::variables_map& values);

}  // namespace casweep::cli
