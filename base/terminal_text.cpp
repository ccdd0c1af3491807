// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/terminal_text.h"

#include <fmt/format.h>
#include <langinfo.h>
#include <wchar.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <vector>

#include "base/utf8.h"

namespace casweep::base {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

bool is_in(char32_t code_point, const auto& ranges) {
  return std::ranges::any_of(ranges,
                             [=](Range range) { return range.first <= code_point && code_point <= range.last; });
}

// Unicode's Default_Ignorable_Code_Point and bidirectional controls, the two separators, and the noncharacters of the
// first plane.
constexpr std::array invisible{
    Range{0x0000, 0x001f},   Range{0x007f, 0x009f}, Range{0x00ad, 0x00ad},   Range{0x034f, 0x034f},
    Range{0x061c, 0x061c},   Range{0x115f, 0x1160}, Range{0x17b4, 0x17b5},   Range{0x180b, 0x180f},
    Range{0x200b, 0x200f},   Range{0x2028, 0x202e}, Range{0x2060, 0x206f},   Range{0x3164, 0x3164},
    Range{0xfdd0, 0xfdef},   Range{0xfe00, 0xfe0f}, Range{0xfeff, 0xfeff},   Range{0xffa0, 0xffa0},
    Range{0xfff0, 0xfffb},   Range{0xfffe, 0xffff}, Range{0x1bca0, 0x1bca3}, Range{0x1d173, 0x1d17a},
    Range{0xe0000, 0xe0fff},
};

// Enough for a locale that knows no better: the common blocks of combining marks and of East Asian wide characters.
constexpr std::array combining{
    Range{0x0300, 0x036f}, Range{0x0483, 0x0489}, Range{0x0591, 0x05bd}, Range{0x0610, 0x061a}, Range{0x064b, 0x065f},
    Range{0x0900, 0x0902}, Range{0x0e31, 0x0e31}, Range{0x0e34, 0x0e3a}, Range{0x0e47, 0x0e4e}, Range{0x1ab0, 0x1aff},
    Range{0x1dc0, 0x1dff}, Range{0x20d0, 0x20ff}, Range{0x3099, 0x309a}, Range{0xfe20, 0xfe2f},
};
constexpr std::array wide{
    Range{0x1100, 0x115f},   Range{0x2e80, 0x303e},   Range{0x3041, 0x33ff},   Range{0x3400, 0x4dbf},
    Range{0x4e00, 0x9fff},   Range{0xa000, 0xa4cf},   Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},
    Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},   Range{0x1f300, 0x1f64f},
    Range{0x1f900, 0x1f9ff}, Range{0x20000, 0x2fffd}, Range{0x30000, 0x3fffd},
};

std::size_t width_of(char32_t code_point) {
  if (code_point < 0x80) return 1;
  if (std::string_view(nl_langinfo(CODESET)) == "UTF-8") {
    if (const int columns = wcwidth(static_cast<wchar_t>(code_point)); columns >= 0) {
      return static_cast<std::size_t>(columns);
    }
  }
  if (is_in(code_point, combining)) return 0;
  return is_in(code_point, wide) ? 2 : 1;
}

/// One code point of a line, as its bytes.
struct Piece {
  std::string_view bytes;
  std::size_t width;
};

std::vector<Piece> pieces_of(std::string_view safe) {
  std::vector<Piece> pieces;
  while (!safe.empty()) {
    const std::string_view before = safe;
    const std::optional<char32_t> code_point = take_code_point(safe);
    pieces.push_back({before.substr(0, before.size() - safe.size()), code_point ? width_of(*code_point) : 1});
  }
  return pieces;
}

}  // namespace

bool is_visible(char32_t code_point) { return !is_in(code_point, invisible) && (code_point & 0xfffeU) != 0xfffe; }

std::string terminal_safe(std::string_view foreign, Charset charset) {
  std::string safe;
  safe.reserve(foreign.size());
  auto out = std::back_inserter(safe);
  while (!foreign.empty()) {
    const std::string_view before = foreign;
    const std::optional<char32_t> code_point = take_code_point(foreign);
    if (!code_point || *code_point < 0x20 || *code_point == 0x7f) {
      fmt::format_to(out, "\\x{:02x}", static_cast<unsigned char>(before.front()));
    } else if (is_visible(*code_point) && (*code_point < 0x80 || charset == Charset::unicode)) {
      safe += before.substr(0, before.size() - foreign.size());
    } else if (*code_point <= 0xffff) {
      fmt::format_to(out, "\\u{:04x}", static_cast<unsigned>(*code_point));
    } else {
      fmt::format_to(out, "\\U{:08x}", static_cast<unsigned>(*code_point));
    }
  }
  return safe;
}

std::string terminal_name(std::string_view name, const base::ObjectGuid& object_guid, Charset charset) {
  return terminal_safe(base::name_or_guid(name, object_guid), charset);
}

std::size_t display_width(std::string_view safe) {
  std::size_t width = 0;
  for (const Piece& piece : pieces_of(safe)) width += piece.width;
  return width;
}

std::string shortened(std::string_view safe, std::size_t columns, std::string_view ellipsis) {
  if (display_width(safe) <= columns) return std::string(safe);
  const std::size_t ellipsis_width = display_width(ellipsis);
  if (columns <= ellipsis_width) return std::string(columns, '.');

  const std::vector<Piece> pieces = pieces_of(safe);
  const std::size_t tail_budget = (columns - ellipsis_width) / 2;
  std::size_t head_budget = columns - ellipsis_width - tail_budget;
  std::string head;
  for (const Piece& piece : pieces) {
    if (piece.width > head_budget) break;
    head_budget -= piece.width;
    head += piece.bytes;
  }
  // A mark without the letter it belongs to is cut with it, so the tail begins at the last piece that took a column.
  std::size_t tail_width = 0;
  std::size_t tail_begin = pieces.size();
  for (std::size_t i = pieces.size(); i-- > 0 && tail_width + pieces[i].width <= tail_budget;) {
    tail_width += pieces[i].width;
    if (pieces[i].width > 0) tail_begin = i;
  }
  std::string tail;
  for (std::size_t i = tail_begin; i < pieces.size(); ++i) tail += pieces[i].bytes;
  return head + std::string(ellipsis) + tail;
}

}  // namespace casweep::base
