// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace casweep::evidence {

/// Whether a file of this name, in whatever folder, is what an operating system or an auditor leaves beside the files
/// of a bundle, and no part of it: `._*` and `.DS_Store` (macOS), `Thumbs.db` and `desktop.ini` (Windows), `verify.log`
/// (the output of VERIFY.txt). Only for a plain file; evidence/VERIFY.txt has the same names.
[[nodiscard]] bool is_side_file(std::string_view name);

}  // namespace casweep::evidence
