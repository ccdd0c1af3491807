// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "cli/command_error.h"
#include "cli/options/option_group.h"
#include "cli/terminal/environment.h"
#include "store/history.h"

namespace casweep::cli {

/// --scan, shown under `heading`.
[[nodiscard]] OptionGroup scan_option(const std::string& heading = "");

/// The scan that --scan names, which may not exist, or the last complete one. Throws CommandError (data) if there is
/// none.
[[nodiscard]] std::int64_t chosen_scan(const boost::program_options::variables_map& values,
                                       const store::History& history);

/// The error of a history without a `which` scan ("complete").
[[nodiscard]] CommandError no_scan(const store::History& history, std::string_view which);

/// Warns that a scan failed, is partial or was interrupted, so it does not cover the whole forest.
void tell_of_state(const history::ScanRecord& scan, const Environment& environment);

/// Warns of the state of the scan that --scan names; without --scan, warns if there is a newer scan than the last
/// complete one, which is the one that was chosen.
void tell_of_choice(const boost::program_options::variables_map& values, const store::History& history,
                    const Environment& environment);

}  // namespace casweep::cli
