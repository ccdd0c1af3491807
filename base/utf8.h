// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace casweep::base {

/// Removes the first code point from `rest`, which must not be empty. Returns nullopt and removes one byte if `rest`
/// does not begin with well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
[[nodiscard]] std::optional<char32_t> take_code_point(std::string_view& rest);

/// Appends the UTF-8 of `code_point`, which must not be a surrogate or above U+10FFFF.
void append_code_point(std::string& text, char32_t code_point);

[[nodiscard]] bool is_utf8(std::string_view text);

/// `foreign` with U+FFFD for every byte that is not part of well-formed UTF-8.
[[nodiscard]] std::string valid_utf8(std::string_view foreign);

}  // namespace casweep::base
