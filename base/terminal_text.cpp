// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/terminal_text.h"

#include <fmt/format.h>
#include <utf8proc.h>

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

// Invisible code points that utf8proc does not report: those that Unicode reserves for invisible characters (2065, FFF0
// to FFF8, most of E0000 to E0FFF), marks of annotations (FFF9 to FFFB), and noncharacters.
constexpr std::array reserved{Range{0x2065, 0x2065}, Range{0xfdd0, 0xfdef}, Range{0xfff0, 0xfffb},
                              Range{0xe0000, 0xe0fff}};

const utf8proc_property_t& property_of(char32_t code_point) {
  return *utf8proc_get_property(static_cast<utf8proc_int32_t>(code_point));
}

/// utf8proc gives width 0 to marks that take a column, as in Indic scripts.
std::size_t width_of(char32_t code_point) {
  if (property_of(code_point).category == UTF8PROC_CATEGORY_MC) return 1;
  return static_cast<std::size_t>(utf8proc_charwidth(static_cast<utf8proc_int32_t>(code_point)));
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

bool is_visible(char32_t code_point) {
  const utf8proc_property_t& property = property_of(code_point);
  const bool separator = property.category == UTF8PROC_CATEGORY_ZL || property.category == UTF8PROC_CATEGORY_ZP;
  const bool control = property.category == UTF8PROC_CATEGORY_CC;
  // Bidirectional controls are among those that Unicode lets a program ignore.
  if (property.ignorable || separator || control) return false;
  return !is_in(code_point, reserved) && (code_point & 0xfffeU) != 0xfffe;
}

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

namespace {

/// How many columns a shortened text keeps at its start and at its end.
struct KeptEnds {
  std::size_t head;
  std::size_t tail;
};

/// `until` and `from` are the widths of the text up to and from the character that should stay visible, each with that
/// character.
KeptEnds kept_ends(std::size_t room, std::size_t until, std::size_t from) {
  if (until < from && until <= room) return {room, 0};
  const std::size_t tail = std::max(room * 2 / 3, from <= room ? from : 0);
  return {room - tail, tail};
}

}  // namespace

std::string shortened(std::string_view safe, std::size_t columns, std::string_view ellipsis,
                      std::optional<std::size_t> kept_byte) {
  const std::size_t width = display_width(safe);
  if (width <= columns) return std::string(safe);
  const std::size_t ellipsis_width = display_width(ellipsis);
  if (columns <= ellipsis_width) return std::string(columns, '.');

  const std::vector<Piece> pieces = pieces_of(safe);
  const std::size_t room = columns - ellipsis_width;
  KeptEnds kept{room - room / 2, room / 2};
  if (kept_byte) {
    std::size_t until = 0;
    std::size_t bytes = 0;
    std::size_t kept_width = 0;
    for (std::size_t i = 0; i < pieces.size() && bytes <= *kept_byte; ++i) {
      bytes += pieces[i].bytes.size();
      kept_width = pieces[i].width;
      until += kept_width;
    }
    kept = kept_ends(room, until, width - until + kept_width);
  }
  std::size_t head_budget = kept.head;
  std::string head;
  for (const Piece& piece : pieces) {
    if (piece.width > head_budget) break;
    head_budget -= piece.width;
    head += piece.bytes;
  }
  // A mark is cut together with its letter, so the tail begins at the last piece that took a column.
  std::size_t tail_width = 0;
  std::size_t tail_begin = pieces.size();
  for (std::size_t i = pieces.size(); i-- > 0 && tail_width + pieces[i].width <= kept.tail;) {
    tail_width += pieces[i].width;
    if (pieces[i].width > 0) tail_begin = i;
  }
  std::string tail;
  for (std::size_t i = tail_begin; i < pieces.size(); ++i) tail += pieces[i].bytes;
  return head + std::string(ellipsis) + tail;
}

}  // namespace casweep::base
