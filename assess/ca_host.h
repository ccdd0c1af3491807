// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "assess/reading.h"
#include "discovery/enrollment_service.h"

namespace casweep::assess {

/// Why no host can be contacted for `ca`, judging only by its dNSHostName: `no-host-name` or `host-name-invalid`.
/// nullopt if the host can be contacted.
[[nodiscard]] std::optional<ReadFailure> host_name_failure(const discovery::EnrollmentService& ca);

/// The reading of `ca` by `account` without network access; nullopt if its host can be contacted.
[[nodiscard]] std::optional<Reading> reading_without_host(const discovery::EnrollmentService& ca,
                                                          const std::string& account);

}  // namespace casweep::assess
