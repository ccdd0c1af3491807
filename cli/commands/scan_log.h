// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "cli/exit_code.h"
#include "cli/options/fail_on.h"
#include "cli/terminal/environment.h"
#include "history/ca_summary.h"
#include "history/scan_record.h"

namespace casweep::cli {

/// Tells the log, if there is one, that a scan into `history` begins.
void log_started_scan(const std::filesystem::path& history, const Environment& environment);

/// Tells the log, if there is one, of a recorded scan: each change, each CA that does not enforce encryption or is
/// unknown, and then the scan itself, which ends with `code`.
void log_finished_scan(const history::ScanRecord& scan, const history::ForestStatus& forest, const FailOn& fail_on,
                       ExitCode code, const Environment& environment);

}  // namespace casweep::cli
