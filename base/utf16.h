// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace casweep::base {

/// UTF-16 of `utf8`, or nullopt if it is not UTF-8.
[[nodiscard]] std::optional<std::u16string> to_utf16(std::string_view utf8);

/// UTF-8 of `utf16`; a surrogate without its other half becomes U+FFFD, so the result is always UTF-8.
[[nodiscard]] std::string to_utf8(std::u16string_view utf16);

}  // namespace casweep::base
