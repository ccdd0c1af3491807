// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/octets.h"

namespace casweep::base {

/// SHA-256 (FIPS 180-4) of content that comes in pieces. Throws std::runtime_error if OpenSSL does not provide it.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();

  void update(std::string_view piece);

  /// 32 bytes. May be called once.
  [[nodiscard]] base::Octets finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

[[nodiscard]] base::Octets sha256(std::span<const std::uint8_t> octets);
[[nodiscard]] base::Octets sha256(std::string_view content);

}  // namespace casweep::base
