// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

namespace casweep::cli {

/// The variables that casweep sets for the command of --on-change and does not read itself, without "CASWEEP_".
inline constexpr std::array<std::string_view, 9> command_variables{
    "FOREST_NAME",     "SCAN",           "SCAN_STATE",         "COUNT_CHANGES",
    "COUNT_REGRESSED", "COUNT_ENFORCED", "COUNT_NOT_ENFORCED", "COUNT_NOT_EXPOSED",
    "COUNT_UNKNOWN"};

}  // namespace casweep::cli
