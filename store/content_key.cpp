// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/content_key_internal.h"

#include "store/sha256.h"

namespace casweep::store {

Content& Content::add(std::string_view part) {
  parts_.append(std::to_string(part.size())).append(":").append(part);
  return *this;
}

Content& Content::add(std::span<const std::uint8_t> part) {
  return add(std::string_view{reinterpret_cast<const char*>(part.data()), part.size()});
}

Content& Content::add(std::optional<std::int64_t> number) {
  return add(number ? std::string_view{std::to_string(*number)} : std::string_view{});
}

discovery::Octets Content::key() const { return sha256(parts_); }

}  // namespace casweep::store
