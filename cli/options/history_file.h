// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <filesystem>

#include "cli/terminal/environment.h"

namespace casweep::cli {

/// --db
[[nodiscard]] boost::program_options::options_description history_options();

/// The history's file: --db, or `casweep/history.db` below $XDG_DATA_HOME, or below ~/.local/share (XDG Base Directory
/// Specification: a relative XDG_DATA_HOME does not count). Throws CommandError if nothing says where.
[[nodiscard]] std::filesystem::path history_file(const boost::program_options::variables_map& values,
                                                 const Environment& environment);

}  // namespace casweep::cli
