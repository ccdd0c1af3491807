// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <filesystem>
#include <string>

#include "base/instant.h"
#include "cli/options/option_group.h"
#include "cli/terminal/environment.h"
#include "store/history.h"

namespace casweep::cli {

/// --db, which names `what`.
[[nodiscard]] OptionGroup history_options(const std::string& what = "the history");

/// The history's file: --db, or `casweep/history.db` below $XDG_DATA_HOME, or below ~/.local/share (XDG Base Directory
/// Specification: a relative XDG_DATA_HOME does not count). Throws CommandError if nothing says where.
[[nodiscard]] std::filesystem::path history_file(const boost::program_options::variables_map& values,
                                                 const Environment& environment);

/// The time by which decisions end: the clock's, but later than the newest moment in the history, so that a clock that
/// was set back does not revive an exception.
[[nodiscard]] base::Instant after_newest_scan(const store::History& history, const Environment& environment);

/// The same, with a warning if the clock is behind.
[[nodiscard]] base::Instant now_in(const store::History& history, const Environment& environment);

/// Whether two names are of one file, as far as links and folders that exist say so.
[[nodiscard]] bool is_same_file(const std::filesystem::path& left, const std::filesystem::path& right);

/// Throws CommandError (usage) if `file` is the history itself, or one that SQLite or a scan keeps beside it.
void require_not_of_history(const std::filesystem::path& file, const std::filesystem::path& history);

/// Tells that the history is in use by the scan of the process `pid`, which is waited for.
void note_waiting(int pid, const Environment& environment);

/// The warning about a clock that is behind `newest`, the newest moment in a history.
void warn_of_clock(base::Instant newest, const Environment& environment);

}  // namespace casweep::cli
