// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace casweep::base {

/// The name of the host that casweep runs on; empty if it has none.
[[nodiscard]] std::string this_host_name();

/// The name of the user casweep runs as, or its number if it has no name.
[[nodiscard]] std::string this_os_user();

}  // namespace casweep::base
