// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <cstdint>
#include <string_view>

#include "cli/command_error.h"
#include "cli/terminal/environment.h"
#include "store/history.h"

namespace casweep::cli {

/// --scan
[[nodiscard]] boost::program_options::options_description scan_option();

/// The scan that --scan names, which may not be there, or the last complete one. Throws CommandError (data) if there is
/// none.
[[nodiscard]] std::int64_t chosen_scan(const boost::program_options::variables_map& values,
                                       const store::History& history);

/// That a history holds no `which` scan: "complete".
[[nodiscard]] CommandError no_scan(const store::History& history, std::string_view which);

/// Whoever takes a scan for the whole forest must hear that it is not: one that failed, is partial or was interrupted.
void tell_of_state(const history::ScanRecord& scan, const Environment& environment);

/// That of a scan that was named; of the last complete one, that it is not the newest: a failed one tells nothing, a
/// partial one of a few CAs only.
void tell_of_choice(const boost::program_options::variables_map& values, const store::History& history,
                    const Environment& environment);

}  // namespace casweep::cli
