// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "assess/reading.h"
#include "discovery/enrollment_service.h"

namespace casweep::assess {

/// Why no host can be asked about `ca`, told from its dNSHostName alone: `no-host-name` or `host-name-invalid`. nullopt
/// if the host can be asked.
[[nodiscard]] std::optional<ReadFailure> host_name_failure(const discovery::EnrollmentService& ca);

/// What a scan by `account` observes of `ca` without asking anything; nullopt if its host can be asked.
[[nodiscard]] std::optional<Reading> reading_without_host(const discovery::EnrollmentService& ca,
                                                          const std::string& account);

}  // namespace casweep::assess
