// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <iosfwd>
#include <span>

#include "cli/completion/completion_tree.h"

namespace casweep::cli {

// Scripts that a shell loads to complete the command lines of casweep. They do not run casweep: everything that they
// know is in them.

void write_bash_script(std::ostream& out, std::span<const CompletionNode> tree);
void write_zsh_script(std::ostream& out, std::span<const CompletionNode> tree);
void write_fish_script(std::ostream& out, std::span<const CompletionNode> tree);

}  // namespace casweep::cli
