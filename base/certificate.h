// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/octets.h"

namespace casweep::base {

/// The validity of an X.509 certificate (RFC 5280 4.1.2.5), and the name that Windows gives it.
struct Certificate {
  std::chrono::sys_seconds not_before{};
  std::chrono::sys_seconds not_after{};  ///< still valid then
  std::string thumbprint{};              ///< SHA-1 of the DER in hexadecimal: a name, not a proof
  std::string subject{};  ///< as RFC 4514 writes it, in UTF-8: "CN=Contoso Issuing CA 01,DC=corp"; foreign
  std::string serial{};   ///< in hexadecimal, at least one octet
  Octets public_key{};    ///< SubjectPublicKeyInfo, DER
};

/// The certificate that `der` consists of; nullopt if it is not exactly one certificate. Verifies nothing.
[[nodiscard]] std::optional<Certificate> parse_certificate(std::span<const std::uint8_t> der);

}  // namespace casweep::base
