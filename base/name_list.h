// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace casweep::base {

/// "A, B and 4 more": the first `most` of `names`, which are safe, and how many others there are.
[[nodiscard]] std::string name_list(std::span<const std::string> names, std::size_t most);

}  // namespace casweep::base
