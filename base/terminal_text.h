// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/object_guid.h"

namespace casweep::base {

/// The characters that a terminal can show.
enum class Charset { unicode, ascii };

/// False for characters that would move the cursor, reorder the line or be invisible: control characters
/// (C0, DEL, C1), line separators, bidirectional controls, other invisible format characters, noncharacters.
[[nodiscard]] bool is_visible(char32_t code_point);

/// Foreign text made safe to print: control characters, escapes, bidirectional and other invisible format characters
/// and bytes that are not UTF-8 are shown as `\x1b`, `\u202e`; on an ASCII terminal, so is everything else beyond
/// ASCII. Never wider on screen than display_width() says. A backslash is not escaped, because key paths are full of
/// them; JSON has the exact text.
[[nodiscard]] std::string terminal_safe(std::string_view foreign, Charset charset = Charset::unicode);

/// A CA's name, made safe; its objectGUID if it has no name.
[[nodiscard]] std::string terminal_name(std::string_view name, const base::ObjectGuid& object_guid, Charset charset);

/// Columns that `safe` (the result of terminal_safe) takes on a terminal.
[[nodiscard]] std::size_t display_width(std::string_view safe);

/// `safe` shortened to `columns`, with `ellipsis` where something was cut. The character at `kept_byte` stays, if there
/// is room: in its first half by a cut at the end, otherwise by a cut that keeps more of the end than of the beginning.
/// nullopt: cut in the middle.
[[nodiscard]] std::string shortened(std::string_view safe, std::size_t columns, std::string_view ellipsis = "…",
                                    std::optional<std::size_t> kept_byte = std::nullopt);

}  // namespace casweep::base
