// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "base/terminal_text.h"

namespace casweep::report {

/// A column of a table on a terminal.
struct TextColumn {
  std::string title;
  std::size_t least = 0;  ///< width it may shrink to; 0: it never shrinks
};

/// One cell: safe text, and zero-width text to write before and after it (colour).
struct TextCell {
  std::string text;
  std::string_view before = {};
  std::string_view after = {};
};

/// Writes titles and rows in columns, two spaces apart. If they do not fit into `width` (0: unlimited), the widest of
/// the columns that may shrink is shrunk first. If that is not enough, each row is written as lines of "TITLE  cell".
void write_columns(std::ostream& out, const std::vector<TextColumn>& columns,
                   const std::vector<std::vector<TextCell>>& rows, std::size_t width, base::Charset charset);

/// Writes `safe`, wrapped at spaces to fit into `width` (0: not wrapped); lines after the first are indented by
/// `indent` spaces. The first line starts at column `column`; a word longer than a line is not broken.
void write_wrapped(std::ostream& out, std::string_view safe, std::size_t column, std::size_t indent, std::size_t width);

}  // namespace casweep::report
