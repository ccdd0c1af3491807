// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace casweep::base {

/// The candidate that `word` is most likely a misspelling of, or `word` itself if it is a candidate; empty if no
/// candidate is close.
[[nodiscard]] std::string nearest_word(std::string_view word, std::span<const std::string> candidates);

/// " Did you mean 'scan'?" for the candidate that `word` is most likely a misspelling of; empty if no candidate is
/// close.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace casweep::base
