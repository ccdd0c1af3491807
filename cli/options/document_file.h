// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <string>

#include "cli/options/option_group.h"
#include "cli/terminal/output_file.h"

namespace casweep::cli {

/// -o and --force, for a command that prints one document.
[[nodiscard]] OptionGroup document_options();

/// The file name that -o has. Throws CommandError (usage) if it is empty or "FORMAT=FILE".
[[nodiscard]] std::string output_file_name(const boost::program_options::variables_map& values);

/// The file of -o, to be published when the document is complete; nullopt: the document goes to standard output. Throws
/// CommandError.
[[nodiscard]] std::optional<OutputFile> document_file(const boost::program_options::variables_map& values);

}  // namespace casweep::cli
