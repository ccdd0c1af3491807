// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "discovery/octets.h"

namespace casweep::store {

/// A row's content as one string of parts, each with its length, so that no two contents are the same string.
class Content {
 public:
  Content& add(std::string_view part);
  Content& add(std::span<const std::uint8_t> part);
  Content& add(std::optional<std::int64_t> number);  ///< decimal; empty for none, which no number is

  /// What finds the row again.
  [[nodiscard]] discovery::Octets key() const;

 private:
  std::string parts_;
};

}  // namespace casweep::store
