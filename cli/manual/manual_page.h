// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "cli/commands/command.h"

namespace casweep::cli {

/// "casweep-db-check"
[[nodiscard]] std::string manual_page_name(const Command& command);

/// The manual page of `command`, one of `commands`: what its help says, and what holds for the program.
void write_manual_page(std::ostream& out, const Command& command, std::span<const Command> commands);

/// The manual page casweep(1).
void write_program_manual_page(std::ostream& out, std::span<const Command> commands);

/// The manual page casweep.conf(5), about the config files of `commands`.
void write_config_manual_page(std::ostream& out, std::span<const Command> commands);

}  // namespace casweep::cli
