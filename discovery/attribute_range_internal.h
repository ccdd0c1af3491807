// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace casweep::discovery {

/// Part of an attribute with too many values for one answer, as its description says:
/// "certificateTemplates;range=0-1499"
/// ([MS-ADTS] 3.1.1.3.1.3.3).
struct AttributeRange {
  std::string type;                 ///< the attribute, without options
  std::size_t first = 0;            ///< index of the first value given
  std::optional<std::size_t> last;  ///< of the last one given; nullopt ("*"): the last value of the attribute

  bool operator==(const AttributeRange&) const = default;
};

/// nullopt: `description` has no range option, or an invalid one.
[[nodiscard]] std::optional<AttributeRange> parse_attribute_range(std::string_view description);

}  // namespace casweep::discovery
