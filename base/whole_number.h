// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace casweep::base {

/// The whole number in `json`, if it is one that a `T` can hold. get() alone would make 4 of 2^32 + 4, 1 of true, and
/// anything of 1e300.
template <typename T, typename Json>
[[nodiscard]] std::optional<T> whole_number(const Json& json) {
  const bool fits = json.is_number_unsigned()
                        ? std::in_range<T>(json.template get<std::uint64_t>())
                        : json.is_number_integer() && std::in_range<T>(json.template get<std::int64_t>());
  return fits ? std::optional(json.template get<T>()) : std::nullopt;
}

}  // namespace casweep::base
