// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace casweep::base {

/// SHA-256 of the file of the running program, in lower-case hex: which build it is. Empty if it cannot be read.
[[nodiscard]] std::string program_sha256();

}  // namespace casweep::base
