// SPDX-License-Identifier: GPL-3.0-or-later
#include <openssl/evp.h>

#include <stdexcept>

#include "store/content_key_internal.h"

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

discovery::Octets Content::key() const {
  return sha256({reinterpret_cast<const std::uint8_t*>(parts_.data()), parts_.size()});
}

discovery::Octets sha256(std::span<const std::uint8_t> octets) {
  discovery::Octets digest(32);
  if (EVP_Digest(octets.data(), octets.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL does not provide SHA-256; look at its configuration (openssl.cnf).");
  }
  return digest;
}

}  // namespace casweep::store
