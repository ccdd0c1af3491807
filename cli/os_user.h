// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace casweep::cli {

/// The name of who runs this, or their number if they have none.
[[nodiscard]] std::string os_user();

}  // namespace casweep::cli
