// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "discovery/enrollment_service.h"

namespace casweep::scan {

/// The CAs of `listed` that `names` name (history::cas_named()), in the order of `listed`; all of them if `names` is
/// empty. If a name names no CA, or several, throws ScanError (no_such_ca) with the candidates.
[[nodiscard]] std::vector<discovery::EnrollmentService> select_cas(std::span<const discovery::EnrollmentService> listed,
                                                                   std::span<const std::string> names);

}  // namespace casweep::scan
