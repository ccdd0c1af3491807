// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace casweep::evidence {

/// Whether a regular file with this name, in any folder, is left beside a bundle by an operating system or an auditor
/// and is not part of it: `._*` and `.DS_Store` (macOS), `Thumbs.db` and `desktop.ini` (Windows), `verify.log` (the
/// output of VERIFY.txt). evidence/VERIFY.txt has the same names.
[[nodiscard]] bool is_side_file(std::string_view name);

}  // namespace casweep::evidence
