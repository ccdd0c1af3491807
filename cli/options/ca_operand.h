// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "cli/options/command_line.h"
#include "cli/terminal/environment.h"
#include "discovery/enrollment_service.h"
#include "history/ca_name.h"
#include "store/history.h"

namespace casweep::cli {

/// A CA by its name.
[[nodiscard]] Operand ca_operand(OperandCount count = OperandCount::one);

/// A CA by its whole name, for a command that changes something.
[[nodiscard]] Operand whole_ca_operand(OperandCount count);

/// The one CA of the history that `name` names, with its last reading. Throws CommandError (usage), with the
/// candidates, if none or more than one is.
[[nodiscard]] store::History::PastObservation only_ca_named(const store::History& history, const std::string& name);

/// The same for a command that changes something: a part of a name is refused, and the whole name suggested.
[[nodiscard]] store::History::PastObservation only_ca_with_name(const store::History& history, const std::string& name);

/// The same among those that the directory lists; `known` are those of the history. `err` receives a line if `name` is
/// only a part of a name. Throws ScanError (no_such_ca).
[[nodiscard]] discovery::EnrollmentService only_ca_named(std::span<const discovery::EnrollmentService> listed,
                                                         std::span<const history::CaNames> known,
                                                         const std::string& name, const Environment& environment);

}  // namespace casweep::cli
