// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

#include "discovery/enrollment_service.h"
#include "store/history.h"

namespace casweep::cli {

/// The one CA of the history that `name` names, with its last reading. Throws CommandError (usage), with the
/// candidates, if none or more than one is.
[[nodiscard]] store::History::PastObservation only_ca_named(const store::History& history, const std::string& name);

/// The same among those that the directory lists.
[[nodiscard]] discovery::EnrollmentService only_ca_named(std::span<const discovery::EnrollmentService> listed,
                                                         const std::string& name);

}  // namespace casweep::cli
