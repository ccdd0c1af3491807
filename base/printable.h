// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace casweep::base {

/// `foreign` as it may stand in an error message: one line of printable ASCII ('?' for every other byte), trimmed, cut
/// at 200 characters. Text from another machine must not reach a terminal unchanged.
[[nodiscard]] std::string printable(std::string_view foreign);

}  // namespace casweep::base
