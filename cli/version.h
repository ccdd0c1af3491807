// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace casweep::cli {

/// "0.1.0", from the project's CMakeLists.txt.
[[nodiscard]] std::string_view version();

}  // namespace casweep::cli
