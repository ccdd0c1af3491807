// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/object_guid.h"

namespace casweep::base {

/// What a terminal is known to show.
enum class Charset { unicode, ascii };

/// False for what would move the cursor, change the order of the line or not be seen at all: control characters
/// (C0, DEL, C1), line separators, bidirectional controls, other invisible format characters, noncharacters.
[[nodiscard]] bool is_visible(char32_t code_point);

/// Foreign text made safe to print: control characters, escapes, bidirectional and other invisible format characters
/// and bytes that are not UTF-8 are shown as `\x1b`, `\u202e`; for an ASCII terminal so is everything else beyond
/// ASCII. Never longer on screen than it says. A backslash stands for itself, as key paths are full of them; for the
/// exact text there is JSON.
[[nodiscard]] std::string terminal_safe(std::string_view foreign, Charset charset = Charset::unicode);

/// A CA's name, made safe; one that has none is called by its objectGUID.
[[nodiscard]] std::string terminal_name(std::string_view name, const base::ObjectGuid& object_guid, Charset charset);

/// Columns that `safe` (the result of terminal_safe) takes on a terminal.
[[nodiscard]] std::size_t display_width(std::string_view safe);

/// `safe` shortened to `columns`, with `ellipsis` where something was cut: in the middle, because names of one
/// organisation differ at their ends.
[[nodiscard]] std::string shortened(std::string_view safe, std::size_t columns, std::string_view ellipsis = "…");

}  // namespace casweep::base
