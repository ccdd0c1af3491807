// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

#include "cli/options/command_line.h"
#include "discovery/enrollment_service.h"
#include "store/history.h"

namespace casweep::cli {

/// A CA by its name.
[[nodiscard]] Operand ca_operand(OperandCount count = OperandCount::one);

/// The one CA of the history that `name` names, with its last reading. Throws CommandError (usage), with the
/// candidates, if none or more than one is.
[[nodiscard]] store::History::PastObservation only_ca_named(const store::History& history, const std::string& name);

/// The same among those that the directory lists. Throws ScanError (no_such_ca).
[[nodiscard]] discovery::EnrollmentService only_ca_named(std::span<const discovery::EnrollmentService> listed,
                                                         const std::string& name);

}  // namespace casweep::cli
