// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace casweep::cli {

/// The name of the host that casweep runs on; empty if it has none.
[[nodiscard]] std::string host_name();

}  // namespace casweep::cli
