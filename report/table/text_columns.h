// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <climits>
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "base/terminal_text.h"

namespace casweep::report {

/// A column of a table on a terminal.
struct TextColumn {
  static constexpr unsigned always = UINT_MAX;

  std::string title;
  std::size_t least = 0;         ///< width it may shrink to; 0: it never shrinks
  unsigned importance = always;  ///< on a narrow terminal the column of the lowest importance is dropped first
};

/// One cell: safe text, and zero-width text to write before and after it (colour).
struct TextCell {
  std::string text;
  std::string_view before = {};
  std::string_view after = {};
};

/// Writes titles and rows in columns, two spaces apart. If they do not fit into `width` (0: unlimited), columns shrink
/// to their `least`, the widest first. If that is not enough, columns are dropped, and named below the table. If that
/// is not enough either, each row is written as lines of "TITLE  cell". A cell that shrinks keeps the part in which it
/// differs from the other cells of its column.
void write_columns(std::ostream& out, const std::vector<TextColumn>& columns,
                   const std::vector<std::vector<TextCell>>& rows, std::size_t width, base::Charset charset);

/// Whether a long word may be broken after a comma or a backslash, as distinguished names and registry keys have them.
enum class LongWords { whole, at_separators };

/// Writes `safe`, wrapped at spaces to fit into `width` (0: not wrapped); lines after the first are indented by
/// `indent` spaces. The first line starts at column `column`; a number stays with its "%". A long word that does not
/// fit is broken as `long_words` says, and otherwise not.
void write_wrapped(std::ostream& out, std::string_view safe, std::size_t column, std::size_t indent, std::size_t width,
                   LongWords long_words = LongWords::at_separators);

}  // namespace casweep::report
