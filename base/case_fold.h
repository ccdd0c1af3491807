// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace casweep::base {

/// `text` in the form to compare without case, as a directory compares names: Unicode case folding, in NFC. If `text`
/// is not UTF-8, only A to Z are folded.
[[nodiscard]] std::string case_folded(std::string_view text);

}  // namespace casweep::base
