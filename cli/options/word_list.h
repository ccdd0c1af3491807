// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace casweep::cli {

/// The words of "not-enforced,unknown".
[[nodiscard]] std::vector<std::string> split_words(std::string_view list);

}  // namespace casweep::cli
