// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "cli/exit_code.h"
#include "cli/terminal/environment.h"
#include "discovery/enrollment_service.h"
#include "history/ca_summary.h"
#include "history/scan_record.h"

namespace casweep::cli {

/// Names on stderr, for every output format, the CAs that the directory no longer has or does not show. Their last
/// verdicts are missing if `forest` could not be read and is empty. `gone` are the CAs that this scan found removed.
void note_missing_cas(const history::ScanRecord& scan, const history::ForestStatus& forest,
                      std::span<const discovery::EnrollmentService> gone, const Environment& environment);

/// Names on stderr the CAs that fail the scan for a reason that its table does not show: --fail-on regression, expired.
void note_failures(const history::ScanRecord& scan, const history::ForestStatus& forest, const FailOn& fail_on,
                   const Environment& environment);

/// Warns of verdicts obtained with NTLM: another host may have answered, and the exit code does not show it.
void warn_of_unproven_hosts(const history::ScanRecord& scan, const Environment& environment);

}  // namespace casweep::cli
