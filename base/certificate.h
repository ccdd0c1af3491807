// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/octets.h"

namespace casweep::base {

/// What an X.509 certificate says about when it is valid (RFC 5280 4.1.2.5), and how Windows names it.
struct Certificate {
  std::chrono::sys_seconds not_before{};
  std::chrono::sys_seconds not_after{};  ///< still valid then
  std::string thumbprint{};              ///< SHA-1 of the DER in hexadecimal: a name, and no proof of anything
  std::string subject{};  ///< as RFC 4514 writes it, in UTF-8: "CN=Contoso Issuing CA 01,DC=corp"; foreign
  std::string serial{};   ///< in hexadecimal, at least one octet
  Octets public_key{};    ///< SubjectPublicKeyInfo, DER
};

/// The certificate that `der` is, all of it; nullopt if it is none. Nothing is verified.
[[nodiscard]] std::optional<Certificate> parse_certificate(std::span<const std::uint8_t> der);

}  // namespace casweep::base
