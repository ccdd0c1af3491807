// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>
#include <string_view>
#include <vector>

#include "cli/commands/command.h"
#include "cli/options/help_section.h"
#include "cli/terminal/environment.h"

namespace casweep::cli {

/// Columns of a help page: those of the terminal, of $COLUMNS if the terminal does not say or there is none, or 80;
/// from 40 to 100.
[[nodiscard]] std::size_t help_width(const Environment& environment, bool to_terminal);

/// What `casweep COMMAND --help` prints, wrapped to `width`; only examples may be longer.
void write_help(std::ostream& out, const Command& command, std::size_t width);

/// What `casweep help` prints.
void write_general_help(std::ostream& out, std::span<const Command> commands, std::size_t width);

/// What `casweep db help` prints, for commands whose names begin with the same `word`.
void write_family_help(std::ostream& out, std::string_view word, std::span<const Command> family, std::size_t width);

}  // namespace casweep::cli
