// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace casweep::logon {

/// How far clocks may differ by default, in Windows ("Maximum tolerance for computer clock synchronization") and in
/// every Kerberos library.
inline constexpr std::chrono::seconds greatest_skew = std::chrono::minutes(5);

/// Whether a clock that is this far ahead, or behind if negative, makes Kerberos fail.
[[nodiscard]] bool is_too_far(std::chrono::seconds lead);

/// "20 min ahead of" or "61 min behind".
[[nodiscard]] std::string text_of_lead(std::chrono::seconds lead);

}  // namespace casweep::logon
