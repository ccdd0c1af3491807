// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace casweep::base {

/// The addresses of the DNS servers that this machine's resolver asks, in its order (/etc/resolv.conf).
[[nodiscard]] std::vector<std::string> name_servers();

}  // namespace casweep::base
