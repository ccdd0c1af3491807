// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "cli/exit_code.h"
#include "cli/terminal/environment.h"
#include "discovery/enrollment_service.h"
#include "history/ca_summary.h"
#include "history/scan_record.h"

namespace casweep::cli {

/// Says on stderr how many CAs that do not enforce encryption do not count because of an exception.
void note_exceptions(const history::ScanRecord& scan, const history::ForestStatus& forest, const FailOn& fail_on,
                     const Environment& environment);

/// Names on stderr the CAs that the directory has no longer or does not show, whatever the format of the output;
/// without their last verdicts if `forest` could not be read and is empty. `gone` are those that this scan found gone.
void note_missing_cas(const history::ScanRecord& scan, const history::ForestStatus& forest,
                      std::span<const discovery::EnrollmentService> gone, const Environment& environment);

/// Names on stderr the CAs that fail the scan for what no table of a scan shows: --fail-on regression and expired.
void note_failures(const history::ScanRecord& scan, const history::ForestStatus& forest, const FailOn& fail_on,
                   const Environment& environment);

/// Warns of verdicts by NTLM: another host may have answered, and the exit code does not say so.
void warn_of_unproven_hosts(const history::ScanRecord& scan, const Environment& environment);

}  // namespace casweep::cli
