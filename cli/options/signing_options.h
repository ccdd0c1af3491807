// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <optional>

#include "cli/options/option_group.h"
#include "cli/terminal/environment.h"
#include "evidence/signature.h"

namespace casweep::cli {

/// --sign, --key, --key-password-file
[[nodiscard]] OptionGroup signing_options();

/// Who signs; nullopt without these options. Asks at the terminal for the passphrase of an encrypted key. Throws
/// CommandError and evidence::EvidenceError: also for a key that others may read.
[[nodiscard]] std::optional<evidence::SigningIdentity> signing_identity(
    const boost::program_options::variables_map& values, const Environment& environment);

/// What is in `file`, of at most a megabyte: certificates and keys are less. Throws CommandError (file).
[[nodiscard]] std::string read_pem_file(const std::string& file);

}  // namespace casweep::cli
