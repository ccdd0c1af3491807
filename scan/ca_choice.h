// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "discovery/enrollment_service.h"

namespace casweep::scan {

/// The CAs of `listed` selected by `names`, in the order of `listed`; all of them if `names` is empty. A name is a cn,
/// a displayName or `HOST\CA`, regardless of case, or an objectGUID. If a name matches no CA, throws ScanError
/// (no_such_ca) with the existing names.
[[nodiscard]] std::vector<discovery::EnrollmentService> select_cas(std::span<const discovery::EnrollmentService> listed,
                                                                   std::span<const std::string> names);

}  // namespace casweep::scan
