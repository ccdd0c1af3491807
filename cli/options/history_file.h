// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <filesystem>
#include <string>

#include "cli/options/option_group.h"
#include "cli/terminal/environment.h"

namespace casweep::cli {

/// --db, which names `what`.
[[nodiscard]] OptionGroup history_options(const std::string& what = "the history");

/// The history's file: --db, or `casweep/history.db` below $XDG_DATA_HOME, or below ~/.local/share (XDG Base Directory
/// Specification: a relative XDG_DATA_HOME does not count). Throws CommandError if nothing says where.
[[nodiscard]] std::filesystem::path history_file(const boost::program_options::variables_map& values,
                                                 const Environment& environment);

}  // namespace casweep::cli
